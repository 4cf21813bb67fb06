/**
 * An XML document as a plain tree, whoever parsed it. All values are texts: a plate `0012`, a token `5.10` and a
 * 17-digit object id must come through unchanged.
 */
export interface XmlNode {
  /** Local name, without its prefix: prefixes are the sender's choice. */
  readonly name: string;
  /** Namespace URI; null when none is declared. */
  readonly ns: string | null;
  /** Attributes by local name. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Always a list, also for one child or none. */
  readonly children: readonly XmlNode[];
  /** The node's own text, trimmed; empty when there is none. */
  readonly text: string;
}

/** The first child of this name. */
export function child(node: XmlNode | null | undefined, name: string): XmlNode | null {
  return node?.children.find((c) => c.name === name) ?? null;
}

/** All children of this name. */
export function childrenOf(node: XmlNode | null | undefined, name: string): readonly XmlNode[] {
  return node?.children.filter((c) => c.name === name) ?? [];
}

/** Goes down by names: `at(root, 'Body', 'Fault', 'Code')`. */
export function at(node: XmlNode | null | undefined, ...path: readonly string[]): XmlNode | null {
  let here: XmlNode | null = node ?? null;
  for (const name of path) here = child(here, name);
  return here;
}

/** The text at the end of a path; null when the node is missing or says nothing. */
export function textAt(node: XmlNode | null | undefined, ...path: readonly string[]): string | null {
  return at(node, ...path)?.text || null;
}
