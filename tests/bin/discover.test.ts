import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const LIFTGATE = join(import.meta.dirname, '../../bin/liftgate.ts');
const run = promisify(execFile);

test('discover looks for cameras, serial ports and brokers, and says of each what it found or why it could not look', async () => {
  const { stdout } = await run(process.execPath, [LIFTGATE, 'discover', '--seconds', '1', '--json']);
  const all = JSON.parse(stdout) as Record<string, unknown>;
  for (const name of ['cameras', 'ports', 'brokers']) expect(all[name]).toBeInstanceOf(Array);
  expect(Object.keys(all.faults as object)).toEqual(['cameras', 'ports', 'brokers']);
  const words = await run(process.execPath, [LIFTGATE, 'discover', '--seconds', '1']);
  expect(words.stdout).toMatch(/^Cameras\n( {2}.+\n)+Serial ports\n( {2}.+\n)+MQTT brokers\n( {2}.+\n)+$/);
}, 60_000);

test('a wrong use is told, with exit code 2', async () => {
  const wrong = run(process.execPath, [LIFTGATE, 'discover', '--seconds', 'soon']);
  await expect(wrong).rejects.toMatchObject({ code: 2 });
}, 60_000);
