import type { z } from 'zod';
import { CloudConfig, GatewayConfig } from './schema.ts';

/**
 * The reference of all options as Markdown, made from the schemas: `docs/configuration.md` is this text. A test holds the
 * two equal, and writes the page anew with `npx vitest run tests/config/reference.test.ts -u`.
 */
export function configurationReference(): string {
  return `# Configuration

Every option with its unit, default and meaning, as the schemas have it (\`config/schema.ts\` and the files beside it in \`config/schema/\`). \`liftgate validate FILE\`
holds a file against the same schemas and shows all its mistakes at once.

A file is YAML. An option that is not listed here is refused. \`\${NAME}\` in a text is replaced by the variable NAME of
the environment, so that secrets need not stand in the file. Relative folders are taken from the place of the file.

## Gateway

\`liftgate gateway --config FILE\`; examples: \`config/examples/\`.

${tableOf(GatewayConfig)}

## Cloud

\`liftgate cloud [--config FILE]\`; without a file all defaults hold.

${tableOf(CloudConfig)}
`;
}

interface Row {
  readonly option: string;
  readonly sort: string;
  readonly fallback: string;
  readonly words: string;
}

function tableOf(schema: Schema): string {
  const rows = rowsOf(schema, '').map((r) => `| ${[r.option, r.sort, r.fallback, r.words].join(' | ')} |`);
  return ['| Option | Kind | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

type Schema = z.core.$ZodType;
interface Def {
  readonly type: string;
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly shape?: Record<string, Schema>;
  readonly options?: readonly Schema[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly entries?: Record<string, string>;
  readonly defaultValue?: unknown;
  readonly format?: string;
}
const defOf = (schema: Schema) => schema._zod.def as unknown as Def;
const wordsOf = (schema: Schema) => (schema as { description?: string }).description;

/** What wrappers (default, optional) say, and what they wrap. */
interface Unwrapped {
  readonly core: Schema;
  readonly words: string;
  /** undefined: there is none */
  readonly fallback: unknown;
  readonly needed: boolean;
}

function unwrap(schema: Schema): Unwrapped {
  let at = schema;
  let words = wordsOf(at);
  let fallback: unknown;
  let needed = true;
  for (let def = defOf(at); def.innerType; def = defOf(at)) {
    if (def.type === 'default' || def.type === 'prefault') fallback ??= def.defaultValue;
    if (def.type !== 'nonoptional') needed = false;
    at = def.innerType;
    words ??= wordsOf(at);
  }
  return { core: at, words: words ?? '', fallback, needed };
}

/** One row for each option, groups before what is in them. */
function rowsOf(schema: Schema, path: string): Row[] {
  const { core } = unwrap(schema);
  const def = defOf(core);
  if (def.shape)
    return Object.entries(def.shape).flatMap(([key, s]) => rowsOfOption(s, path === '' ? key : `${path}.${key}`));
  if (def.element) return rowsOf(def.element, `${path}[]`);
  if (def.options && def.discriminator) return unionRows(def.options, def.discriminator, path);
  return [];
}

function rowsOfOption(schema: Schema, path: string): Row[] {
  const { core, words, fallback, needed } = unwrap(schema);
  const inside = rowsOf(core, path);
  const option = `\`${path}\``;
  if (inside.length > 0 && words === '') return inside;
  return [
    { option, sort: sortOf(core), fallback: shown(fallback, needed, inside.length > 0), words: escaped(words) },
    ...inside,
  ];
}

/** Options that all branches share stand once, then those of each branch under its name. */
function unionRows(branches: readonly Schema[], discriminator: string, path: string): Row[] {
  const shapes = branches.map((b) => defOf(unwrap(b).core).shape ?? {});
  const nameOf = (shape: Record<string, Schema>) => String(defOf(unwrap(shape[discriminator]!).core).values?.[0]);
  const shared = Object.keys(shapes[0]!).filter(
    (k) => k !== discriminator && shapes.every((s) => s[k] === shapes[0]![k]),
  );
  const kinds = shapes.map((s) => `\`${nameOf(s)}\``).join(', ');
  const head: Row = {
    option: `\`${path}.${discriminator}\``,
    sort: `one of ${kinds}`,
    fallback: 'needed',
    words: 'Chooses which of the options below there are.',
  };
  const common = shared.flatMap((k) => rowsOfOption(shapes[0]![k]!, `${path}.${k}`));
  const own = shapes.flatMap((shape) => {
    const name = nameOf(shape);
    const words = wordsOf(shape[discriminator]!);
    const title: Row[] = words
      ? [{ option: `\`${path}.${discriminator}: ${name}\``, sort: '', fallback: '', words: escaped(words) }]
      : [];
    const keys = Object.keys(shape).filter((k) => k !== discriminator && !shared.includes(k));
    const rows = keys.flatMap((k) => rowsOfOption(shape[k]!, `${path}.${k}`));
    return [...title, ...rows.map((r) => ({ ...r, option: `${r.option} (${name})` }))];
  });
  return [head, ...common, ...own];
}

function sortOf(core: Schema): string {
  const def = defOf(core);
  const limits = core as {
    minValue?: number | null;
    maxValue?: number | null;
    minLength?: number | null;
    maxLength?: number | null;
  };
  switch (def.type) {
    case 'number': {
      const [from, to] = [bounded(limits.minValue), bounded(limits.maxValue)];
      const range = from !== null && to !== null ? `, ${from}–${to}` : from !== null ? `, from ${from}` : '';
      return `${def.format === 'safeint' ? 'whole number' : 'number'}${range}`;
    }
    case 'string': {
      const { minLength, maxLength } = limits;
      const least = minLength != null && minLength > 1 ? `, at least ${minLength} characters` : '';
      return `text${least}${maxLength == null ? '' : `, at most ${maxLength} characters`}`;
    }
    case 'boolean':
      return 'true or false';
    case 'enum':
      return `one of ${Object.values(def.entries ?? {})
        .map((v) => `\`${v}\``)
        .join(', ')}`;
    case 'array': {
      const of = sortOf(unwrap(def.element!).core);
      return of === 'group' ? 'list of groups' : `list of: ${of}`;
    }
    case 'literal':
      return `\`${String(def.values?.[0])}\``;
    default:
      return 'group';
  }
}

function bounded(limit: number | null | undefined): number | null {
  return limit == null || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit;
}

function shown(fallback: unknown, needed: boolean, isGroup: boolean): string {
  if (needed) return 'needed';
  if (fallback === undefined || (isGroup && typeof fallback === 'object')) return '–';
  return Array.isArray(fallback) ? `\`[${fallback.join(', ')}]\`` : `\`${String(fallback)}\``;
}

const escaped = (words: string) => words.replaceAll('|', '\\|');
