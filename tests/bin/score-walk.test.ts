import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let folder: string;
let started: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-walk-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

const bin = join(import.meta.dirname, '../../bin/liftgate.ts');
function start(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: 'ignore' });
  started.push(child);
  return child;
}
const ends = async (child: ChildProcess) => child.exitCode ?? ((await once(child, 'exit')) as [number])[0];

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Forty seconds; the first car leaves the gateway time to start on a slow machine. */
const DAY = `
name: A short walk
seed: 3
site: { id: walk, name: Walk, timezone: Asia/Shanghai, locale: en }
pace: 0.1
bays: [{ id: B1 }, { id: B2 }]
cars:
  - { vin: LSVAU2A35N2183546, plate: "A-1", model: Lavida, job: Brakes, bay: B1, arrives: 22s, steps: [3s scan, 18s leave] }
  - { vin: LFV3A23C3M3107729, plate: "A-2", model: Magotan, job: Oil, bay: B2, arrives: 23s, steps: [2s scan, 4s lift up, 8s lift down, 16s leave] }
`;

test('a simulated day, the gateway that watched it, its exported events and the score fit together', async () => {
  writeFileSync(join(folder, 'day.yaml'), DAY);
  const ports = ['--port', await freePort(), '--broker-port', await freePort()];
  const simulator = start('simulate', 'day.yaml', '--truth', 'truth.jsonl', '--config', 'gateway.yaml', ...ports);
  await vi.waitUntil(() => existsSync(join(folder, 'gateway.yaml')), { timeout: 60_000, interval: 100 });
  const gateway = start('gateway', '--config', 'gateway.yaml');
  expect(await ends(simulator)).toBe(0);
  gateway.kill('SIGTERM');
  expect(await ends(gateway)).toBe(0);

  const run = (...words: string[]) =>
    spawnSync(process.execPath, [bin, ...words], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const exported = run('outbox', 'export', '--config', 'gateway.yaml', '--state', 'all');
  expect(exported.status).toBe(0);
  writeFileSync(join(folder, 'events.jsonl'), exported.stdout);
  const scored = run('score', '--truth', 'truth.jsonl', '--events', 'events.jsonl', '--json');
  expect(scored.stderr).toBe('');
  expect(scored.status).toBe(0);
  const figures = JSON.parse(scored.stdout);
  expect(figures).toMatchObject({ bayDays: 2, falseFlipsPerBayDay: 0 });
  expect(figures.bayMinutesRight).toBeGreaterThan(0.8);
  expect(figures.unknownShare).toBeLessThan(1);
}, 240_000);
