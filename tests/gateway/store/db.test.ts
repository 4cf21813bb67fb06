import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDb, storeError } from '../../../gateway/store/db.ts';
import { NOON, openTally, tallies, tempFolder } from './fixture.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
});
afterEach(() => remove());

test('the connection runs in WAL mode with synchronous = FULL after a commit, and can give space back', () => {
  const { db, close } = openDb(folder, NOON);
  db.prepare("INSERT INTO note (key, value) VALUES ('a', 'b')").run();
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
  close();
});

test('the files are for their user alone, also in a folder that others may look into', () => {
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'gateway.db'), '', { mode: 0o644 });
  const { close } = openDb(folder, NOON);
  for (const file of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm'])
    expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);
  close();
});

test('a second opener is refused, with the process that has it and what to do', () => {
  const first = openDb(folder, NOON);
  expect(() => openDb(folder, NOON)).toThrow(
    expect.objectContaining({ code: 'conflict', message: expect.stringContaining(`process ${process.pid}`) }),
  );
  first.close();
  openDb(folder, NOON).close();
});

test('a folder that cannot be made is a mistake of configuration', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => openDb(join(folder, 'file', 'store'), NOON)).toThrow(expect.objectContaining({ code: 'config' }));
});

test('a broken database is put aside, never deleted, and the new one has a new epoch', async () => {
  const first = openTally(folder);
  await first.journal.append(tallies(1, 50));
  const { epoch } = first;
  first.close();
  writeFileSync(join(folder, 'gateway.db'), 'this is not a database, not any more, whatever it was before this line');
  const troubles: string[] = [];
  const second = openTally(folder, { onTrouble: (what) => troubles.push(what) });
  expect(second.epoch).not.toBe(epoch);
  expect(second.journal.state().count).toBe(0);
  await second.journal.append(tallies(1, 1));
  second.close();
  expect(troubles[0]).toContain(`gateway.db.broken-${NOON}`);
  expect(readdirSync(folder)).toContain(`gateway.db.broken-${NOON}`);
});

test('a migration that was changed after it was applied is refused', () => {
  const first = openDb(folder, NOON);
  first.db.prepare("UPDATE migration SET sha256 = 'other'").run();
  first.close();
  expect(() => openDb(folder, NOON)).toThrow(/001-start\.sql was applied .* with other contents/);
});

test('a database of a newer version is refused', () => {
  const first = openDb(folder, NOON);
  first.db.prepare("INSERT INTO migration (name, sha256, at) VALUES ('999-later.sql', 'x', 0)").run();
  first.close();
  expect(() => openDb(folder, NOON)).toThrow(/use the newer version again/);
});

test('a full disk has its own code', () => {
  expect(storeError(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })).code).toBe('full');
  expect(
    storeError(Object.assign(new Error('unable to open database file'), { code: 'SQLITE_CANTOPEN' })),
  ).toMatchObject({
    code: 'config',
    about: 'store.folder',
  });
  expect(storeError(Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' })).code).toBe('internal');
});

/** Writes noise over pages in the middle of a file. */
function damage(file: string, from: number, to: number): void {
  const bytes = readFileSync(file);
  for (let at = Math.floor(bytes.length * from); at < bytes.length * to; at++) bytes[at] = (at * 31) & 255;
  writeFileSync(file, bytes);
}

describe('of a database with broken pages', () => {
  const broken = async () => {
    const first = openTally(folder);
    await first.journal.append(tallies(1, 40_000));
    await first.outbox.settle(first.epoch, {
      contiguousSeq: '1000',
      verdicts: Array.from({ length: 1_000 }, (_, i) => ({ seq: `${i + 1}`, verdict: 'accepted', reason: null })),
    });
    const { epoch } = first;
    first.close();
    const db = new Database(join(folder, 'gateway.db'));
    // As after a power cut.
    db.prepare('UPDATE log SET clean = 0').run();
    db.close();
    return epoch;
  };

  test('what can be read is saved under its old keys, the rest is told as a gap, and the numbers add up', async () => {
    const epoch = await broken();
    damage(join(folder, 'gateway.db'), 0.5, 0.52);
    const troubles: string[] = [];
    const second = openTally(folder, { onTrouble: (what) => troubles.push(what) });
    await second.journal.append([]);
    await second.journal.record([]);
    const saved = [...second.eventsAfter(0)];
    expect(troubles[0]).toMatch(/put aside as .*gateway\.db\.broken-.* Saved: \d+ events/);
    expect(second.epoch).not.toBe(epoch);
    const old = saved.filter((e) => e.epoch === epoch);
    expect(old.length).toBeGreaterThan(500);
    for (const e of old.slice(0, 50)) expect(e.time).toBe(NOON + e.seq * 10);
    const { produced, acknowledged, queued, dropped } = second.outbox.numbers();
    expect(produced).toBe(acknowledged + queued + dropped);
    const gap = saved.find((e) => e.type === 'liftgate.journal.gap.v1');
    const waits = old.filter((e) => e.seq > 1_000).length;
    if (gap) expect(gap.data).toMatchObject({ epoch, reason: 'corrupt' });
    expect(waits + (gap ? (gap.data as { count: number }).count : 0)).toBeGreaterThanOrEqual(3_000);
    second.close();
    expect(readdirSync(folder)).toContain(`gateway.db.broken-${NOON}`);
    const third = openTally(folder, { onTrouble: (what) => troubles.push(what) });
    expect(troubles).toHaveLength(1);
    third.close();
  });

  test('a sound one that was left open is only looked at', async () => {
    const epoch = await broken();
    const second = openTally(folder);
    expect(second.epoch).toBe(epoch);
    second.close();
  });
});

test('before a migration the database is copied as it was', () => {
  const first = openDb(folder, NOON);
  first.db.exec("DROP TABLE calibration; DELETE FROM migration WHERE name = '002-calibration.sql'");
  first.close();
  openDb(folder, NOON).close();
  expect(readdirSync(folder)).toContain('gateway.db.before-002-calibration');
});

test('each migration has a number of its own', () => {
  const files = readdirSync(join(import.meta.dirname, '../../../gateway/store/migrations'));
  expect(new Set(files.map((f) => f.slice(0, 3))).size).toBe(files.length);
});
