import type { LedgerRange } from '../../../protocols/api/ledger.ts';
import type { Leaf } from '../../../protocols/event.ts';

export type Figures = LedgerRange['figures'];

/** A branch of the loss tree, or one of its leaves. */
export interface TreeNode {
  readonly name: Branch | Leaf;
  readonly leaf: Leaf | null;
  readonly depth: number;
  readonly seconds: number;
  /** Of the open time, in tenths of a percent: whole numbers add up without rounding. */
  readonly tenths: number;
  readonly children: readonly TreeNode[];
}
type Branch = 'open' | 'available' | 'occupied' | 'waiting' | 'empty';
type Shape = readonly [Branch, ...(Leaf | Shape)[]];

/** Field notes on bays, "Loss tree"; what is wanted stands first, what is lost follows. */
const SHAPE: Shape = [
  'open',
  [
    'available',
    [
      'occupied',
      'working',
      'rework',
      [
        'waiting',
        'waiting-parts',
        'waiting-approval',
        'waiting-technician',
        'waiting-equipment',
        'waiting-quality',
        'waiting-pickup',
        'waiting',
      ],
      'idle',
    ],
    ['empty', 'empty-queue', 'empty'],
    'unknown',
  ],
  'blocked',
];

/** The tree of some figures. Branches are sums of their leaves, so that each level adds up to 100.0. */
export function treeOf({ tree, percent }: Pick<Figures, 'tree' | 'percent'>): TreeNode {
  const node = (shape: Leaf | Shape, depth: number): TreeNode => {
    if (typeof shape === 'string') {
      const tenths = Math.round(percent[shape] * 10);
      return { name: shape, leaf: shape, depth, seconds: tree.leaves[shape], tenths, children: [] };
    }
    const [name, ...rest] = shape;
    const children = rest.map((child) => node(child, depth + 1));
    const sum = (of: (n: TreeNode) => number) => children.reduce((n, child) => n + of(child), 0);
    return { name, leaf: null, depth, seconds: sum((c) => c.seconds), tenths: sum((c) => c.tenths), children };
  };
  return node(SHAPE, 0);
}

/** Parents before their children, as they are read. */
export function flatten(node: TreeNode): TreeNode[] {
  return [node, ...node.children.flatMap(flatten)];
}

export interface Box {
  readonly node: TreeNode;
  /** Seconds of the open time above it. */
  readonly top: number;
  /** Columns that it fills: a leaf reaches to the right edge. */
  readonly columns: number;
}

/** Where each part of the tree lies in a picture of `depth` columns. */
export function boxesOf(node: TreeNode, depth: number, top = 0): Box[] {
  if (node.seconds === 0) return [];
  const own = { node, top, columns: node.leaf === null ? 1 : depth - node.depth };
  let at = top;
  const below = node.children.flatMap((child) => {
    const boxes = boxesOf(child, depth, at);
    at += child.seconds;
    return boxes;
  });
  return [own, ...below];
}

/** `tenths` as a percentage with one decimal, in the separators of neither language: `12.5`. */
export function percentText(tenths: number): string {
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
