import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromCloudEvent } from '../../protocols/event.ts';
import { openTally, tallies, tempFolder } from '../gateway/store/fixture.ts';

let folder: string;
let remove: () => void;
beforeEach(async () => {
  ({ folder, remove } = tempFolder());
  const store = openTally(folder);
  await store.journal.append(tallies(1, 100));
  const verdicts = [1, 2, 3].map(
    (n) => ({ seq: `${n}`, verdict: n === 3 ? 'rejected' : 'accepted', reason: n === 3 ? 'odd' : null }) as const,
  );
  await store.outbox.settle(store.epoch, { contiguousSeq: '3', verdicts });
  store.close();
});
afterEach(() => remove());

const bin = join(import.meta.dirname, '../../bin/liftgate.ts');
function outbox(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'outbox', ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('inspect tells epochs, numbers and what was refused, also while a gateway runs', () => {
  const store = openTally(folder);
  const { status, stdout } = outbox('inspect', '--folder', folder, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    holder: String(process.pid),
    numbers: { produced: 10, acknowledged: 3, queued: 7, dropped: 0 },
    queuedByType: [{ type: 'liftgate.bay.lift.v1', count: 7 }],
    epochs: [{ epoch: store.epoch, reason: 'new', contiguous: 3 }],
    deadLetters: [{ epoch: store.epoch, seq: 3, verdict: 'rejected', reason: 'odd' }],
  });
  store.close();
  expect(outbox('inspect', '--folder', folder).stdout).toContain('3 acknowledged + 7 queued + 0 dropped');
});

test('fsck finds numbers that do not fit', () => {
  expect(outbox('fsck', '--folder', folder)).toMatchObject({ status: 0, stdout: `ok  ${folder}\n` });
  const db = new Database(join(folder, 'gateway.db'));
  db.prepare('DELETE FROM outbox WHERE seq = 7').run();
  db.close();
  const { status, stdout } = outbox('fsck', '--folder', folder, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    faults: ['queued in the log, and rows of the outbox: expected 6, got 7'],
  });
});

test('export writes CloudEvents, one a line', () => {
  const lines = (...words: string[]) =>
    outbox('export', '--folder', folder, ...words)
      .stdout.split('\n')
      .slice(0, -1)
      .map((line) => fromCloudEvent(JSON.parse(line)).seq);
  expect(lines()).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(lines('--state', 'dead')).toEqual([3]);
  expect(lines('--state', 'all', '--from', '2', '--to', '4')).toEqual([2, 3, 4]);
});

test('replay queues a range or dead letters again; not under the feet of a gateway', () => {
  expect(outbox('replay', '--folder', folder, '--dead', '--json')).toMatchObject({
    status: 0,
    stdout: '{"queued":1}\n',
  });
  expect(outbox('replay', '--folder', folder, '--from', '1', '--to', '5', '--json').stdout).toBe('{"queued":2}\n');
  const store = openTally(folder);
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 0, queued: 10, dropped: 0 });
  const refused = outbox('replay', '--folder', folder, '--dead');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`process ${process.pid}`);
  store.close();
});

test('replay takes up again what was given up for its size, and the numbers still fit', async () => {
  let store = openTally(folder);
  await store.outbox.giveUp(7, 'too large');
  // What was given up is told to the cloud by an event of its own.
  expect(store.outbox.numbers()).toEqual({ produced: 11, acknowledged: 3, queued: 7, dropped: 1 });
  store.close();
  expect(outbox('replay', '--folder', folder, '--dead', '--from', '7', '--to', '7', '--json')).toMatchObject({
    status: 0,
    stdout: '{"queued":1}\n',
  });
  expect(outbox('fsck', '--folder', folder)).toMatchObject({ status: 0 });
  store = openTally(folder);
  expect(store.outbox.numbers()).toEqual({ produced: 11, acknowledged: 3, queued: 8, dropped: 0 });
  expect(store.outbox.dropped().filter((d) => d.count !== 0)).toEqual([]);
  expect(store.outbox.deadLetters(10).map((d) => d.seq)).toEqual([3]);
  expect(store.outbox.next()?.seqs).toContain(7);
  store.close();
});

test('wrong use is told as such', () => {
  expect(outbox('inspect').status).toBe(2);
  expect(outbox('replay', '--folder', folder).status).toBe(2);
  expect(outbox('export', '--folder', folder, '--from', 'x').stderr).toContain('--from');
  expect(outbox('inspect', '--folder', join(folder, 'none')).stderr).toContain('there is no store');
});
