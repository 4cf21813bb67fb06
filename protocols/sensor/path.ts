/**
 * A place in a JSON value: the part of JSONPath (RFC 9535) that names exactly one. `$`, then any of `.name`, `['name']`,
 * `["name"]` and `[n]` (from the end where n is negative). The leading `$.` may be left out: `ENERGY.Power`.
 * Wildcards, slices, filters and `..` are refused: they name many.
 */
export type JsonPath = readonly (string | number)[];

const STEP = /\.?([\p{L}_][\p{L}\p{N}_-]*)|\[(-?\d{1,6})\]|\['((?:[^'\\]|\\['\\])*)'\]|\["((?:[^"\\]|\\["\\])*)"\]/uy;

/** Reads a path; null when it is none of that form. */
export function parsePath(text: string): JsonPath | null {
  const bare = text.trim();
  const from = bare.startsWith('$') ? 1 : 0;
  const steps: (string | number)[] = [];
  STEP.lastIndex = from;
  for (let at = from; at < bare.length; at = STEP.lastIndex) {
    const match = STEP.exec(bare);
    if (!match) return null;
    const [whole, name, index, single, double] = match;
    // A bare name needs its dot, but for the first where the `$` is left out.
    if (name !== undefined && whole[0] !== '.' && at !== 0) return null;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else steps.push((single ?? double)!.replace(/\\(['"\\])/g, '$1'));
  }
  return steps.length === 0 && from === 0 ? null : steps;
}

/** What stands at the place; undefined where there is nothing. */
export function valueAt(json: unknown, path: JsonPath): unknown {
  let at = json;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) {
      if (typeof step !== 'number') return undefined;
      at = at.at(step);
    } else {
      if (typeof step !== 'string' || !Object.hasOwn(at, step)) return undefined;
      at = (at as Readonly<Record<string, unknown>>)[step];
    }
  }
  return at;
}
