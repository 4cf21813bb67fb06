import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
