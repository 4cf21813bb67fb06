import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Tally } from '../gateway/store/fixture.ts';
import { Random } from './random.ts';

export interface KillsPlan {
  readonly seed: number;
  readonly kills: number;
  /** Of so many processes at a time. */
  readonly lanes?: number;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface KillsReport {
  readonly seed: number;
  readonly seconds: number;
  /** Processes that were ended by SIGKILL. */
  readonly kills: number;
  /** Crash images: see `runImages`. */
  readonly images: number;
  /** Kills after which everything was taken away that had not been synced at the last acknowledgement. */
  readonly powerCuts: number;
  /** Power cuts that really took something away, and how many bytes in all. */
  readonly cutsThatTook: number;
  readonly bytesTaken: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  readonly faults: readonly string[];
}

/** Kills on one store before its log is checked and the next begins. */
const PER_STORE = 50;
const CACHE = join(tmpdir(), 'liftgate-chaos-cache');
const FRAME_HEADER = 24;
const WAL_HEADER = 32;

type Sum = {
  -readonly [K in Exclude<keyof KillsReport, 'seed' | 'seconds'>]: KillsReport[K] extends number ? number : string[];
};

const nothing = (): Sum => ({
  ...{ kills: 0, images: 0, powerCuts: 0, cutsThatTook: 0, bytesTaken: 0 },
  ...{ acknowledged: 0, lost: 0, doubled: 0, disordered: 0, faults: [] },
});

/**
 * Kills processes that write into the real store, at random moments. After every other kill the power fails as well:
 * what was written to the log after the last acknowledged sync is cut off or torn, as a disk leaves it that tells the
 * truth about syncs and nothing more.
 */
export async function runKills({ seed, kills, lanes = 2, say, signal }: KillsPlan): Promise<KillsReport> {
  const began = performance.now();
  const sum = nothing();
  let left = kills;
  let said = 0;
  async function lane(random: Random): Promise<void> {
    while (left > 0 && signal?.aborted !== true) {
      const many = Math.min(PER_STORE, left);
      left -= many;
      await oneStore(many, random, sum, signal);
      if (sum.kills >= said + 100) {
        said = sum.kills;
        say(`${sum.kills} kills, ${sum.acknowledged} acknowledged, ${sum.lost} lost`);
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, i) => lane(new Random(seed * 1_000 + i))));
  return { seed, seconds: Math.round((performance.now() - began) / 1_000), ...sum };
}

/**
 * Crash images: a process that writes is stopped (SIGSTOP) at a random moment, its files are copied as a SIGKILL would
 * leave them, every other copy loses what was never synced, and the copy must hold all that was acknowledged by then. A
 * start of a process is saved each time, so that a thousand of them take minutes.
 */
export async function runImages(plan: KillsPlan): Promise<KillsReport> {
  const { seed, kills, say, signal } = plan;
  const began = performance.now();
  const sum = nothing();
  const random = new Random(seed);
  for (let left = kills; left > 0 && signal?.aborted !== true; left -= PER_STORE) {
    await imagesOf(Math.min(PER_STORE, left), random, sum, signal);
    say(`${sum.images} crash images, ${sum.acknowledged} acknowledged, ${sum.lost} lost`);
  }
  return { seed, seconds: Math.round((performance.now() - began) / 1_000), ...sum };
}

async function imagesOf(count: number, random: Random, sum: Sum, signal: AbortSignal | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-images-'));
  const acks = join(folder, 'acks');
  const said = openSync(acks, 'a');
  const store = join(folder, 'store');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), store, '0'], {
    stdio: ['ignore', said, 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    while (statSync(acks).size === 0 && child.exitCode === null) await sleep(20);
    for (let i = 0; i < count && child.exitCode === null && signal?.aborted !== true; i++) {
      await sleep(random.between(1, 25));
      child.kill('SIGSTOP');
      while (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) await sleep(1);
      const image = join(folder, `image-${i}`);
      mkdirSync(image);
      for (const part of ['gateway.db', 'gateway.db-wal']) cpSync(join(store, part), join(image, part));
      const lines = readFileSync(acks, 'utf8').split('\n').slice(0, -1);
      child.kill('SIGCONT');
      sum.images++;
      const frontiers = lines.map((line) => line.split(' ') as [string, string, string]);
      if (i % 2 === 1) {
        const [, frames, salt] = frontiers.at(-1)!;
        cut(image, { frames: Number(frames), salt }, random, sum);
      }
      compare(
        image,
        frontiers.map(([n]) => Number(n)),
        sum,
      );
      rmSync(image, { recursive: true });
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
    closeSync(said);
    rmSync(folder, { recursive: true, force: true });
  }
  sum.kills++;
}

function cut(folder: string, last: Frontier, random: Random, sum: Sum): void {
  sum.powerCuts++;
  const taken = cutPower(folder, last, random);
  if (taken > 0) sum.cutsThatTook++;
  sum.bytesTaken += taken;
}

async function oneStore(kills: number, random: Random, sum: Sum, signal: AbortSignal | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-kills-'));
  try {
    const acknowledged: number[] = [];
    for (let i = 0; i < kills && signal?.aborted !== true; i++) {
      const after = random.int(1, 60);
      const last = await killAfter(folder, i * 1_000_000, after, random.between(0, 30), acknowledged);
      sum.kills++;
      if (i % 2 === 0) continue;
      cut(folder, last, random, sum);
    }
    compare(folder, acknowledged, sum);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How far the log was synced at an acknowledgement. */
interface Frontier {
  readonly frames: number;
  readonly salt: string;
}

/** @returns how far the log was synced at the last acknowledgement */
async function killAfter(folder: string, from: number, acks: number, ms: number, into: number[]): Promise<Frontier> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A thousand starts of the same code.
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  });
  const ended = once(child, 'exit');
  let text = '';
  let lines = 0;
  let aimed = false;
  for await (const chunk of child.stdout) {
    text += String(chunk);
    lines += String(chunk).split('\n').length - 1;
    if (lines >= acks && !aimed) {
      aimed = true;
      setTimeout(() => child.kill('SIGKILL'), ms);
    }
  }
  await ended;
  const said = text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ') as [string, string, string]);
  for (const [n] of said) into.push(Number(n));
  const [, frames, salt] = said.at(-1) ?? ['', '0', '-'];
  return { frames: Number(frames), salt };
}

/** Takes away what no sync had confirmed. @returns bytes */
function cutPower(folder: string, { frames, salt }: Frontier, random: Random): number {
  const file = join(folder, 'gateway.db-wal');
  if (!existsSync(file)) return 0;
  const { size } = statSync(file);
  const header = Buffer.alloc(WAL_HEADER);
  const fd = openSync(file, 'r+');
  let keep: number;
  try {
    readSync(fd, header, 0, WAL_HEADER, 0);
    const page = header.readUInt32BE(8);
    const same = sameSalt(header.subarray(16, 24), salt);
    // Another salt: the log was begun anew after everything in it had been brought to the database, and synced there.
    keep = same ? WAL_HEADER + frames * (FRAME_HEADER + page) : 0;
    if (keep < size && random.chance(0.5)) {
      // Half a sector of what was under way reached the disk.
      const torn = Buffer.from(Array.from({ length: Math.min(size - keep, 700) }, () => random.int(0, 255)));
      if (keep > 0) writeSync(fd, torn, 0, torn.length, keep);
    }
  } finally {
    closeSync(fd);
  }
  const taken = Math.max(0, size - keep);
  if (taken > 0) truncateSync(file, keep === 0 ? 0 : Math.min(size, keep + (random.chance(0.5) ? 350 : 0)));
  // The index lies in memory only.
  rmSync(`${file.slice(0, -4)}-shm`, { force: true });
  return taken;
}

/** The index holds the salt as the file does; see SQLite's "WAL-Index Format". */
function sameSalt(inFile: Buffer, salt: string): boolean {
  return inFile.toString('hex') === salt;
}

function compare(folder: string, acknowledged: readonly number[], sum: Sum): void {
  const db = new Database(join(folder, 'gateway.db'));
  try {
    const integrity = String(db.pragma('integrity_check(1)', { simple: true }));
    if (integrity !== 'ok') sum.faults.push(`integrity: ${integrity}`);
    const inputs = db.prepare<[], string>('SELECT body FROM input ORDER BY id').pluck().all();
    const numbers = inputs.map((body) => (JSON.parse(body) as Tally).n);
    const heard = new Set(numbers);
    sum.doubled += numbers.length - heard.size;
    for (let i = 1; i < numbers.length; i++) if (numbers[i]! <= numbers[i - 1]!) sum.disordered++;
    // Each line of the victim acknowledges seven numbers.
    for (const last of acknowledged) for (let n = last - 6; n <= last; n++) if (!heard.has(n)) sum.lost++;
    sum.acknowledged += acknowledged.length * 7;
    const events = db.prepare<[], string>('SELECT data FROM event ORDER BY seq').pluck().all();
    const told = events.map((data) => (JSON.parse(data) as { heightMm: number }).heightMm);
    const due = numbers.filter((n) => n % 10 === 0);
    if (told.length !== due.length || told.some((n, i) => n !== due[i]))
      sum.faults.push(`events: ${told.length} are there, ${due.length} follow from the inputs`);
    const seqs = db
      .prepare<[], { n: number; top: number }>('SELECT count(*) AS n, coalesce(max(seq), 0) AS top FROM event')
      .get()!;
    if (seqs.n !== seqs.top) sum.faults.push(`seq: ${seqs.n} events up to ${seqs.top}`);
    const log = db
      .prepare<[], Record<'produced' | 'queued', number>>('SELECT produced, acknowledged, queued, dropped FROM log')
      .get()!;
    if (log.produced !== seqs.n || log.queued !== seqs.n) sum.faults.push(`conservation: ${JSON.stringify(log)}`);
  } finally {
    db.close();
  }
  if (sum.lost > 0) sum.faults.push(`${sum.lost} acknowledged records are lost`);
}
