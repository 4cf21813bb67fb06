import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Room that is given free when the disk is full, so that the store can still write down what it drops. */
const BALLAST_BYTES = 4 * 1_048_576;
const CHUNK = 262_144;

export interface Disk {
  /** Bytes that are free for us. */
  free(): number;
  /** Gives the ballast's room free. */
  release(): void;
  /** Takes it again, where there is plenty. */
  refill(): void;
}

/** @param keepFree bytes that are left to others. @param free what the disk says, if not the one under the folder */
export function diskUnder(folder: string, keepFree: number, free = () => bytesFree(folder)): Disk {
  const ballast = join(folder, 'ballast');
  return {
    free,
    release: () => rmSync(ballast, { force: true }),
    refill() {
      if (existsSync(ballast) || free() < keepFree + 2 * BALLAST_BYTES) return;
      try {
        fill(ballast);
      } catch {
        // Somebody else took the room meanwhile: better luck at the next round.
        rmSync(ballast, { force: true });
      }
    },
  };
}

function bytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** With noise: some file systems keep zeros without room for them. In small numbers, so that it looks like no picture. */
function fill(file: string): void {
  const fd = openSync(file, 'w', 0o600);
  try {
    const chunk = Buffer.alloc(CHUNK);
    for (let at = 0; at < BALLAST_BYTES; at += CHUNK)
      writeSync(
        fd,
        randomFillSync(chunk).map((byte) => byte & 0x1f),
      );
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
