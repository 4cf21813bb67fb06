import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../protocols/error.ts';
import type { Random } from '../random.ts';
import type { Kind } from './kind.ts';

const MB = 1_048_576;
const PAGE = 4_096;

export const DISK: readonly Kind[] = [
  {
    name: 'disk-full',
    what: 'the disk is full: the store lies on a file system of its own (tmpfs), which is filled to the last byte (ENOSPC)',
    async run(world) {
      const home = world.seat.folder;
      const small = join(world.folder, 'small-disk');
      mkdirSync(small, { recursive: true });
      const size = Math.ceil(bytesIn(home) / MB) + 24;
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=0700`, 'tmpfs', small], { stdio: 'pipe' });
      } catch (e) {
        return `a file system of its own may not be mounted here: ${messageOf(e).split('\n')[0]}`;
      }
      const store = join(small, 'store');
      try {
        await world.stopGateway();
        cpSync(home, store, { recursive: true });
        world.seat.folder = store;
        await world.startGateway();
        await sleep(1_500);
        fill(join(small, 'filler'));
        world.count('disk-full');
        await sleep(5_000);
        rmSync(join(small, 'filler'));
        await world.recover('disk-full');
        await world.stopGateway();
        rmSync(home, { recursive: true });
        cpSync(store, home, { recursive: true });
      } finally {
        world.seat.folder = home;
        await world.killGateway();
        execFileSync('umount', [small]);
      }
      await world.startGateway();
    },
  },
  {
    name: 'io-error',
    what: 'writes fail with an error of the disk: the longest file that the process may write is cut to what is there (EFBIG)',
    async run(world) {
      const { child, folder } = world.seat;
      const limit = (bytes: number | 'unlimited') =>
        execFileSync('prlimit', ['--pid', String(child!.pid), `--fsize=${bytes}:unlimited`], { stdio: 'pipe' });
      try {
        limit('unlimited');
      } catch (e) {
        return `prlimit cannot be used here: ${messageOf(e).split('\n')[0]}`;
      }
      limit(statSync(join(folder, 'gateway.db-wal')).size + 2 * PAGE);
      world.count('io-error');
      await sleep(5_000);
      limit('unlimited');
    },
  },
  {
    name: 'torn-wal',
    what: 'the gateway is killed, and a write that was under way left half a page behind the write-ahead log',
    async run(world, random) {
      for (let i = 0; i < 2; i++) {
        await sleep(random.between(300, 1_200));
        await world.killGateway();
        appendFileSync(join(world.seat.folder, 'gateway.db-wal'), noise(random, random.int(1, 3 * PAGE)));
        world.count('torn-wal');
        await world.startGateway();
      }
    },
  },
  {
    name: 'corrupt-page',
    what: 'pages of the database are overwritten with noise: it is set aside, and what can be read is saved',
    async run(world, random) {
      await world.pause();
      await world.drained();
      await world.killGateway();
      world.archive('corrupt');
      const file = join(world.seat.folder, 'gateway.db');
      const pages = Math.floor(statSync(file).size / PAGE);
      const fd = openSync(file, 'r+');
      // The first page holds the header, without which nothing at all can be read.
      const hits = Math.max(3, Math.floor(pages / 20));
      for (let i = 0; i < hits; i++) writeSync(fd, noise(random, PAGE), 0, PAGE, random.int(4, pages - 1) * PAGE);
      closeSync(fd);
      world.count('page-overwritten', hits);
      await world.startGateway();
      if (readdirSync(world.seat.folder).some((f) => f.includes('.broken-'))) world.count('corrupt-page');
      world.resume();
    },
  },
];

function noise(random: Random, bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, () => random.int(0, 255)));
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((n, f) => n + statSync(join(folder, f)).size, 0);
}

/** Writes until there is no room for one byte more. */
function fill(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (const size of [MB, PAGE, 1]) {
      const chunk = Buffer.alloc(size, 0x5a);
      try {
        while (writeSync(fd, chunk) === size);
      } catch (e) {
        if ((e as { code?: unknown }).code !== 'ENOSPC') throw e;
      }
    }
  } finally {
    closeSync(fd);
  }
  if (!existsSync(file)) throw new Error('the filler has gone');
}
