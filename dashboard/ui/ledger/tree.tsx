import type { Leaf } from '../../../protocols/event.ts';
import { useCodes } from '../i18n.ts';
import { hmsText } from './dates.ts';
import { ORDER, Swatch } from './leaf.tsx';
import { boxesOf, type Figures, flatten, percentText, type TreeNode, treeOf } from './tree-nodes.ts';
import { useLedgerWords } from './words.ts';

const COLUMNS = 5;
const HEIGHT = 400;
/** Below these heights in px a box holds no word, or no second line. */
const ONE_LINE = 18;
const TWO_LINES = 34;

/** A leaf by the word that its bays are shown with, a branch by its own. */
function useName(): (node: TreeNode) => string {
  const t = useLedgerWords();
  const code = useCodes();
  return (node) => (node.leaf === null ? t.code('tree', node.name) : code(`leaf.${node.leaf}`));
}

/** Where the time went: the picture, and the same as a table whose bars carry it on a phone. */
export function LossTreeView({ figures }: { readonly figures: Pick<Figures, 'tree' | 'percent'> }) {
  const t = useLedgerWords();
  const root = treeOf(figures);
  return (
    <section className="card bays-tree" aria-labelledby="bays-tree">
      <h2 id="bays-tree">{t('tree.title')}</h2>
      <Calendar tree={figures.tree} />
      {root.seconds === 0 ? (
        <p className="quiet">{t('tree.nothingOpen')}</p>
      ) : (
        <div className="tree-both">
          <Icicle root={root} />
          <TreeTable root={root} />
        </div>
      )}
    </section>
  );
}

/** The whole span, and how much of it was open. */
function Calendar({ tree }: { readonly tree: Figures['tree'] }) {
  const t = useLedgerWords();
  const parts = [
    ['open', tree.open],
    ['closed', tree.closed],
    ['missing', tree.missing],
  ] as const;
  return (
    <div className="tree-calendar">
      <div className="tree-strip" aria-hidden="true">
        {parts.map(([name, seconds]) =>
          seconds > 0 ? <span key={name} data-part={name} style={{ flexGrow: seconds, flexBasis: 0 }} /> : null,
        )}
      </div>
      <dl className="num">
        <div>
          <dt>{t('tree.calendar')}</dt>
          <dd>{hmsText(tree.calendar)}</dd>
        </div>
        {parts.map(([name, seconds]) => (
          <div key={name} data-part={name}>
            <dt>{t(`tree.${name}`)}</dt>
            <dd>{hmsText(seconds)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Icicle({ root }: { readonly root: TreeNode }) {
  const t = useLedgerWords();
  const nameOf = useName();
  const scale = HEIGHT / root.seconds;
  return (
    <div className="icicle" role="img" aria-label={t('tree.picture')} style={{ height: HEIGHT }}>
      {boxesOf(root, COLUMNS).map(({ node, top, columns }) => {
        const height = node.seconds * scale;
        return (
          <div
            key={`${node.depth} ${node.name}`}
            className={node.leaf === null ? 'icicle-branch' : 'icicle-leaf leaf'}
            data-leaf={node.leaf ?? undefined}
            title={t('tree.of', {
              what: nameOf(node),
              percent: percentText(node.tenths),
              duration: hmsText(node.seconds),
            })}
            style={{
              left: `${(node.depth * 100) / COLUMNS}%`,
              width: `${(columns * 100) / COLUMNS}%`,
              top: top * scale,
              height,
            }}
          >
            {height >= ONE_LINE && (
              <span>
                {nameOf(node)} <b className="num">{percentText(node.tenths)} %</b>
                {height >= TWO_LINES && <small className="num">{hmsText(node.seconds)}</small>}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}

function TreeTable({ root }: { readonly root: TreeNode }) {
  const t = useLedgerWords();
  const nameOf = useName();
  return (
    <table className="tree-table num">
      <thead>
        <tr>
          <th scope="col">{t('tree.what')}</th>
          <th scope="col">{t('tree.percent')}</th>
          <th scope="col">{t('tree.time')}</th>
        </tr>
      </thead>
      <tbody>
        {flatten(root).map((node) => (
          <tr key={`${node.depth} ${node.name}`} data-node={node.leaf ?? node.name} data-zero={node.seconds === 0}>
            <th scope="row" style={{ paddingLeft: `${node.depth * 14}px` }} data-branch={node.leaf === null}>
              {node.leaf !== null && <Swatch leaf={node.leaf} />} {nameOf(node)}
            </th>
            <td>
              <div className="tree-share">
                <span className="tree-rail">
                  <span
                    className={node.leaf === null ? 'tree-bar' : 'tree-bar leaf'}
                    data-leaf={node.leaf ?? undefined}
                    style={{ width: `${node.tenths / 10}%` }}
                  />
                </span>
                <span>{percentText(node.tenths)} %</span>
              </div>
            </td>
            <td>{hmsText(node.seconds)}</td>
          </tr>
        ))}
      </tbody>
      <caption>{t('tree.sumNote')}</caption>
    </table>
  );
}

/** The leaves of some open time as one bar. */
export function LeafBar({ leaves }: { readonly leaves: Readonly<Record<Leaf, number>> }) {
  const code = useCodes();
  return (
    <span className="leaf-bar" aria-hidden="true">
      {ORDER.map((leaf) =>
        leaves[leaf] > 0 ? (
          <span
            key={leaf}
            className="leaf"
            data-leaf={leaf}
            title={`${code(`leaf.${leaf}`)} ${hmsText(leaves[leaf])}`}
            style={{ flexGrow: leaves[leaf], flexBasis: 0 }}
          />
        ) : null,
      )}
    </span>
  );
}
