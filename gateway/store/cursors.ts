import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import type { Db } from './db.ts';

const MOST = 10;

/** Where the log stands, small enough to be kept beside it: with it a person sees what a lost store had reached. */
export function cursorsOf(db: Db): object {
  return {
    log: db.prepare('SELECT last_seq, produced, acknowledged, queued, dropped, down_cursor FROM log').get(),
    epochs: db.prepare('SELECT epoch, base, contiguous, begun_at, reason FROM epoch ORDER BY id').all(),
    boots: db.prepare('SELECT boot, anchor FROM boot ORDER BY id DESC LIMIT 10').all(),
  };
}

/** Keeps a snapshot in `{folder}/snapshots`, whole or not at all; the ten newest stay. */
export function keepSnapshot(folder: string, content: object, now: Millis): void {
  const place = join(folder, 'snapshots');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const name = join(place, `${toRfc3339(now).replaceAll(':', '-')}.json`);
  writeFileSync(`${name}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${name}.part`, name);
  const all = readdirSync(place).filter((f) => f.endsWith('.json'));
  for (const old of all.sort().slice(0, -MOST)) rmSync(join(place, old), { force: true });
}
