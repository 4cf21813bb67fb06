import { existsSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openTally, tallies } from '../gateway/store/fixture.ts';

/**
 * A process to be killed: appends to the real store for ever. After each acknowledgement it says up to which number, and
 * how far the write-ahead log had been written and synced by then: `number frames salt`.
 */
const [folder, from] = process.argv.slice(2) as [string, string];
const store = openTally(folder);
const shm = join(folder, 'gateway.db-shm');
const fd = existsSync(shm) ? openSync(shm, 'r') : null;
const header = Buffer.alloc(48);

/** The header of the index of the log (SQLite's "WAL-Index Format", in the machine's own byte order). */
function frontier(): string {
  if (fd === null) return '0 -';
  readSync(fd, header, 0, 48, 0);
  return `${header.readUInt32LE(16)} ${header.toString('hex', 32, 40)}`;
}

let n = Number(from);
async function lane(): Promise<void> {
  for (;;) {
    const first = n + 1;
    n += 7;
    const last = n;
    await store.journal.append(tallies(first, last));
    writeSync(1, `${last} ${frontier()}\n`);
  }
}
await Promise.all([lane(), lane(), lane()]);
