import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOON, openTally, tallies, tempFolder } from './fixture.ts';

test('a snapshot tells configuration and cursors; the ten newest stay', async () => {
  const { folder, remove } = tempFolder();
  let now = NOON;
  const store = openTally(folder, { clock: () => now });
  await store.journal.append(tallies(1, 100));
  for (let hour = 0; hour < 14; hour++) {
    store.keepSnapshot({ site: 'north' });
    now += 3_600_000;
  }
  const files = readdirSync(join(folder, 'snapshots')).sort();
  expect(files).toHaveLength(10);
  expect(files[9]).toBe('2026-05-05T01-00-00.000Z.json');
  expect(JSON.parse(readFileSync(join(folder, 'snapshots', files[9]!), 'utf8'))).toMatchObject({
    configuration: { site: 'north' },
    log: { produced: 10, queued: 10, down_cursor: '0' },
    epochs: [{ epoch: store.epoch, base: 0, contiguous: 0, reason: 'new' }],
  });
  store.close();
  remove();
});
