import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LiftgateError, messageOf } from '../../protocols/error.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where the built pages lie. */
export const BUILT = join(ROOT, 'dist/dashboard');
/** What the pages are made of. */
const SOURCES = ['dashboard/vite.config.ts', 'dashboard/ui', 'dashboard/wall', 'dashboard/console', 'dashboard/site'];

export interface BuildOptions {
  /** Folder of the built pages. */
  readonly folder?: string;
  /** Told in a sentence what goes on. */
  readonly say?: (line: string) => void;
}

/**
 * Builds the pages where they are missing or older than their sources (an install without scripts, a changed page).
 * It builds beside and then swaps, so that a server which serves them meanwhile never shows half a page.
 * @returns whether it built.
 * @throws LiftgateError `internal` when the build fails.
 */
export async function ensureBuilt(options: BuildOptions = {}): Promise<boolean> {
  const folder = options.folder ?? BUILT;
  const built = await newest(join(folder, 'wall'));
  const sources = await Promise.all([...SOURCES, 'protocols'].map((path) => newest(join(ROOT, path))));
  if (built > Math.max(...sources)) return false;

  const started = performance.now();
  options.say?.(built === 0 ? 'building the pages, once …' : 'the pages have changed: building them …');
  const beside = `${folder}.${process.pid}`;
  try {
    const { build } = await import('vite');
    const configFile = join(ROOT, 'dashboard/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: beside } });
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder);
  } catch (cause) {
    await rm(beside, { recursive: true, force: true });
    throw new LiftgateError('internal', `the pages cannot be built: ${messageOf(cause)}`, { about: 'dist', cause });
  }
  options.say?.(`built in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  return true;
}

/** Time of the newest file below a path, ms; 0 where there is none. */
async function newest(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => stat(join(e.parentPath, e.name)));
  return Math.max(0, ...(await Promise.all(files)).map((f) => f.mtimeMs));
}
