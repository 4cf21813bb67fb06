import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { isScalar, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { LiftgateError, messageOf } from '../protocols/error.ts';
import { type Clash, clashes } from './check.ts';
import { explain, type Mistake, type Path, pathText } from './explain.ts';
import { CloudConfig, GatewayConfig } from './schema.ts';

/** A configuration that was read, or all that is wrong with it. */
export type Outcome<T> =
  | { readonly ok: true; readonly config: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** One variable of the environment; an empty one counts as not set. This file alone looks at the environment. */
function env(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** PostgreSQL of the cloud where the configuration names none. */
export function databaseUrl(): string | undefined {
  return env('DATABASE_URL');
}

/**
 * Reads a gateway's configuration; `store.folder` and the models of cameras come back absolute.
 * @throws LiftgateError `config`, whose message lists all mistakes with path and line.
 */
export async function loadGatewayConfig(file: string): Promise<GatewayConfig> {
  return orThrow(file, readGatewayConfig(await textOf(file), file));
}

/** The configuration of a cloud; all defaults where there is no file. @throws LiftgateError `config` */
export async function loadCloudConfig(file: string | null): Promise<CloudConfig> {
  if (file === null) return withCloudFolder(CloudConfig.parse({}), process.cwd());
  return orThrow(file, readCloudConfig(await textOf(file), file));
}

/** Checks the text of a gateway's configuration; relative folders are taken from the place of `file`. */
export function readGatewayConfig(text: string, file: string): Outcome<GatewayConfig> {
  const outcome = read(text, GatewayConfig, clashes);
  if (!outcome.ok) return outcome;
  const { store } = outcome.config;
  const folder = resolve(dirname(file), store.folder);
  const devices = outcome.config.devices.map((d) =>
    d.kind === 'camera' && d.pixels?.model !== undefined
      ? { ...d, pixels: { ...d.pixels, model: resolve(dirname(file), d.pixels.model) } }
      : d,
  );
  return { ok: true, config: { ...outcome.config, store: { ...store, folder }, devices } };
}

/** Checks the text of a cloud's configuration; relative folders are taken from the place of `file`. */
export function readCloudConfig(text: string, file: string): Outcome<CloudConfig> {
  const outcome = read(text, CloudConfig, () => []);
  return outcome.ok ? { ok: true, config: withCloudFolder(outcome.config, dirname(file)) } : outcome;
}

function withCloudFolder(config: CloudConfig, base: string): CloudConfig {
  return { ...config, database: { ...config.database, folder: resolve(base, config.database.folder) } };
}

/** The text of a configuration file. @throws LiftgateError `config` when it cannot be read. */
export async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new LiftgateError('config', `cannot read the configuration ${file}: ${messageOf(cause)}. Check the path.`, {
      about: file,
      cause,
    });
  }
}

/** One line for a person: file and line, option, what was expected, what came, what to do. */
export function mistakeText(file: string, m: Mistake): string {
  const place = m.line === null ? basename(file) : `${basename(file)}:${m.line}`;
  return `${place}  ${m.path}: expected ${m.expected}; got ${m.got}. ${m.todo}`;
}

function orThrow<T>(file: string, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.config;
  const { mistakes } = outcome;
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map((m) => `  ${mistakeText(file, m)}`);
  throw new LiftgateError('config', `${count} in ${file}:\n${lines.join('\n')}`, { about: file });
}

function read<S extends z.ZodType>(text: string, schema: S, cross: (raw: unknown) => Clash[]): Outcome<z.infer<S>> {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (doc.errors.length > 0) {
    return {
      ok: false,
      mistakes: doc.errors.map((e) => ({
        path: '(file)',
        line: lines.linePos(e.pos[0]).line,
        expected: 'YAML',
        got: e.message,
        todo: 'Correct the syntax; indentation and colons are the usual suspects.',
      })),
    };
  }
  const lineOf = (path: Path) => {
    for (let n = path.length; n > 0; n--) {
      const node = doc.getIn(path.slice(0, n), true) as ParsedNode | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  const mistakes: Mistake[] = [];
  visit(doc, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      node.value = filled(node.value, (name) =>
        mistakes.push({
          path: `\${${name}}`,
          line: node.range ? lines.linePos(node.range[0]).line : null,
          expected: `the environment variable ${name}`,
          got: 'nothing',
          todo: `Set ${name}, or write the value here.`,
        }),
      );
    },
  });
  const raw: unknown = doc.toJS() ?? {};
  const result = schema.safeParse(raw);
  const found = result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, schema, raw));
  for (const m of [...found, ...cross(raw).map((c) => ({ ...c, path: pathText(c.at) }))]) {
    const { path, expected, got, todo } = m;
    mistakes.push({ path, line: lineOf(m.at), expected, got, todo });
  }
  if (result.success && mistakes.length === 0) return { ok: true, config: result.data };
  return { ok: false, mistakes: mistakes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/** Puts the environment's values in the place of `${NAME}`; a name that is not set is reported and left as it is. */
function filled(text: string, missing: (name: string) => void): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
    const value = env(name);
    if (value === undefined) missing(name);
    return value ?? whole;
  });
}
