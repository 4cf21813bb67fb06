import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from '../../gateway/store/lock.ts';
import { LiftgateError } from '../../protocols/error.ts';

/** All that a demo writes into its folder, with what SQLite adds to its lock. */
const OURS = ['cloud', 'gateway', 'cloud.log', 'gateway.log', 'gateway.yaml', 'demo.json'];
const LOCK = ['lock', 'lock-journal', 'holder'];

/**
 * Takes the folder of a demo for this process, and empties it unless its data is to be kept. Nothing is deleted before
 * it is sure that no other demo runs there and that all in it is a demo's.
 * @returns what gives the folder free again
 * @throws LiftgateError `conflict` when a demo runs there, `config` when it holds anything else
 */
export function takeFolder(folder: string, keep: boolean): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const foreign = readdirSync(folder).filter((name) => !OURS.includes(name) && !LOCK.includes(name));
  if (!keep && foreign.length > 0)
    throw new LiftgateError(
      'config',
      `--folder ${folder} holds what is no demo's (${foreign.slice(0, 3).join(', ')}), and a demo begins by emptying its folder: name a new or empty one`,
      { about: '--folder' },
    );
  const release = lock(folder, (holder) => ({
    text: `a demo runs in ${folder} already (process ${holder}): end it, or name another --folder`,
    about: '--folder',
  }));
  if (!keep) for (const name of OURS) rmSync(join(folder, name), { recursive: true, force: true });
  return release;
}
