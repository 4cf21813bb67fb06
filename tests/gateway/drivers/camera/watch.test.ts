import { expect, test } from 'vitest';
import type { RuleChange } from '../../../../gateway/drivers/camera/report.ts';
import { type HealthChange, watchCamera } from '../../../../gateway/drivers/camera/watch.ts';
import { createCameraSimulator } from '../../../../simulators/camera/camera.ts';

const account = { user: 'u', password: 'p' };

async function watched(test: (w: Awaited<ReturnType<typeof open>>) => Promise<void>, password = 'p'): Promise<void> {
  const w = await open(password);
  try {
    await test(w);
  } finally {
    w.stop.abort();
    await w.running;
    await w.camera.close();
  }
}

async function open(password: string) {
  const camera = await createCameraSimulator({
    ...account,
    host: '127.0.0.1',
    port: 0,
    rules: ['A', 'B'],
    clock: Date.now,
    manner: 'objects',
  });
  camera.setOccupied('A', true);
  const rules: RuleChange[] = [];
  const healths: HealthChange[] = [];
  const stop = new AbortController();
  const target = { url: camera.url, user: 'u', password };
  const running = watchCamera(
    target,
    { clock: Date.now, random: () => 0, onRule: (c) => rules.push(c), onHealth: (c) => healths.push(c) },
    stop.signal,
  );
  const until = async (what: string, is: () => boolean) => {
    for (const end = performance.now() + 20_000; performance.now() < end; await new Promise((r) => setTimeout(r, 20)))
      if (is()) return;
    throw new Error(`waited for ${what}: ${JSON.stringify({ rules, healths })}`);
  };
  return { camera, rules, healths, stop, running, until };
}

test('a watched camera tells each change of each rule once, with the message that made it', async () => {
  await watched(async ({ camera, rules, until }) => {
    await until('the car in A', () => rules.length === 1);
    camera.setOccupied('A', false);
    await until('A empty', () => rules.length >= 2);
    expect(rules.map(({ at: _, ...c }) => c)).toEqual([
      {
        rule: 'A',
        object: '1',
        topic: 'RuleEngine/FieldDetector/ObjectsInside',
        occupied: true,
        operation: 'Initialized',
      },
      {
        rule: 'A',
        object: '1',
        topic: 'RuleEngine/FieldDetector/ObjectsInside',
        occupied: false,
        operation: 'Changed',
      },
    ]);
  });
});

test('a watched camera that goes away and comes back is told as health, and listened to again', async () => {
  await watched(async ({ camera, rules, healths, until }) => {
    await until('well', () => healths.at(-1)?.health === 'ok' && rules.length === 1);
    camera.setFault('refuse');
    await until('away', () => healths.at(-1)?.health === 'unreachable');
    camera.setFault(null);
    await until('well again', () => healths.at(-1)?.health === 'ok');
    camera.setOccupied('B', true);
    await until('B', () => rules.at(-1)?.rule === 'B');
  });
});

test('a watched camera that refuses the password says so, and what to do', async () => {
  await watched(async ({ healths, until }) => {
    await until('its name', () => healths.length > 0);
    expect(healths[0]).toMatchObject({ health: 'wrong-password', detail: expect.stringContaining('check both') });
  }, 'guess');
});
