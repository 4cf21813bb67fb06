import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { decider, openTally, type Tally, tempFolder } from './fixture.ts';

const { folder, remove } = tempFolder();
afterAll(remove);

/** Runs the victim, kills it without warning after some acknowledgements, and gives what it had acknowledged. */
async function killAfter(acks: number, from: number): Promise<number[]> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./victim.ts', import.meta.url)), folder, String(from)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split('\n').length > acks) child.kill('SIGKILL');
  }
  await ended;
  return text.split('\n').slice(0, -1).map(Number);
}

test('after kill -9, all that was acknowledged is there, once and in order, and the replayed state is the same', async () => {
  const acknowledged: number[] = [];
  for (const acks of [5, 40, 150, 400]) acknowledged.push(...(await killAfter(acks, acknowledged.length * 1_000)));
  expect(acknowledged.length).toBeGreaterThan(500);

  const store = openTally(folder);
  const state = store.journal.state();
  const events = [...store.eventsAfter(0)];
  const numbers = store.outbox.numbers();
  store.close();

  const db = new Database(join(folder, 'gateway.db'), { readonly: true });
  const inputs = db
    .prepare<[], string>('SELECT body FROM input ORDER BY id')
    .pluck()
    .all()
    .map((b) => JSON.parse(b) as Tally);
  db.close();

  const heard = new Set(inputs.map((i) => i.n));
  expect(heard.size).toBe(inputs.length);
  // Each line of the victim acknowledges seven numbers.
  for (const last of acknowledged) for (let n = last - 6; n <= last; n++) expect(heard.has(n)).toBe(true);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  expect(numbers).toEqual({ produced: events.length, acknowledged: 0, queued: events.length, dropped: 0 });

  let expected = decider.initial();
  const expectedEvents: unknown[] = [];
  for (const input of inputs) {
    const step = decider.step(expected, input);
    expected = step.state;
    expectedEvents.push(...step.events);
  }
  expect(state).toEqual(expected);
  expect(events).toMatchObject(expectedEvents);
});
