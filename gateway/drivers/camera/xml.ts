import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { LiftgateError, messageOf } from '../../../protocols/error.ts';
import type { XmlNode } from '../../../protocols/onvif/tree.ts';

/** No answer of a camera that Liftgate asks for is near this size. */
export const MOST_XML_BYTES = 1_048_576;

const PREFIX = '@';
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: PREFIX,
  // Values stay texts: 17-digit ids, plates with leading zeros and versions such as 5.10 must survive.
  parseTagValue: false,
  parseAttributeValue: false,
  // The five named entities and character references are resolved below; a camera has no need of others.
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  maxNestedTags: 64,
});

/**
 * Reads a whole XML document into a plain tree, namespaces resolved, all values texts.
 * @throws LiftgateError `invalid` when it is not well-formed, is cut short, declares a document type or is over 1 MB.
 */
export function parseXml(text: string): XmlNode {
  if (text.length > MOST_XML_BYTES) throw bad(`more than ${MOST_XML_BYTES} characters`);
  // A document type can only bring entities, and those only harm.
  if (/<!DOCTYPE/i.test(text)) throw bad('a document type declaration');
  const clean = text.replace(/^\uFEFF/, '').trim();
  let parsed: unknown;
  try {
    // The parser itself forgives half a document; only the validator tells it from a whole one.
    const verdict = XMLValidator.validate(clean);
    if (verdict !== true) throw bad(verdict.err.msg);
    parsed = parser.parse(clean);
  } catch (e) {
    throw e instanceof LiftgateError ? e : bad(messageOf(e));
  }
  const roots = nodesOf(parsed, new Map());
  if (roots.length !== 1) throw bad(`${roots.length} root elements`);
  return roots[0]!;
}

function bad(what: string): LiftgateError {
  return new LiftgateError('invalid', `expected one whole XML document, got ${what.slice(0, 200)}`);
}

type Namespaces = ReadonlyMap<string, string>;

function nodesOf(list: unknown, scope: Namespaces): XmlNode[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: Record<string, unknown>) => {
    const tag = Object.keys(entry).find((k) => k !== ':@' && !k.startsWith('#'));
    return tag === undefined ? [] : [nodeOf(tag, entry[tag], entry[':@'] as Record<string, string> | undefined, scope)];
  });
}

function nodeOf(tag: string, content: unknown, given: Record<string, string> = {}, outer: Namespaces): XmlNode {
  const scope = new Map(outer);
  const attrs: Record<string, string> = {};
  for (const [key, raw] of Object.entries(given)) {
    const value = decode(String(raw));
    const [prefix, name] = split(key.slice(PREFIX.length));
    if (prefix === 'xmlns') scope.set(name, value);
    else if (prefix === '' && name === 'xmlns') scope.set('', value);
    else attrs[name] = value;
  }
  const [prefix, name] = split(tag);
  return { name, ns: scope.get(prefix) ?? null, attrs, children: nodesOf(content, scope), text: textOf(content) };
}

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((entry: Record<string, unknown>) => {
      if (typeof entry['#text'] === 'string') return decode(entry['#text']);
      const cdata = entry['#cdata'];
      return Array.isArray(cdata) ? cdata.map((c: Record<string, unknown>) => String(c['#text'] ?? '')).join('') : '';
    })
    .join('')
    .trim();
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A text as XML content or attribute value. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Writes a node back, with its namespaces; `extra` goes into its start tag. */
export function writeXml(node: XmlNode, extra = ''): string {
  const ns = node.ns === null ? '' : ` xmlns="${escapeXml(node.ns)}"`;
  const attrs = Object.entries(node.attrs).map(([k, v]) => ` ${k}="${escapeXml(v)}"`);
  const inner = escapeXml(node.text) + node.children.map((c) => writeXml(c)).join('');
  return `<${node.name}${ns}${attrs.join('')}${extra}>${inner}</${node.name}>`;
}
