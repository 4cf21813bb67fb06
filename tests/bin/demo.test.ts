import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { warmUp } from '../../bin/demo/child.ts';
import { takeFolder } from '../../bin/demo/folder.ts';
import { needFree, readPorts } from '../../bin/demo/ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function filled(): void {
  mkdirSync(join(folder, 'gateway'));
  writeFileSync(join(folder, 'gateway', 'gateway.db'), 'rows');
  writeFileSync(join(folder, 'demo.json'), '{}');
}

describe('the folder of a demo', () => {
  test('is emptied for a new demo, and left as it is where its data is to be kept', () => {
    filled();
    takeFolder(folder, true)();
    expect(existsSync(join(folder, 'gateway', 'gateway.db'))).toBe(true);
    takeFolder(folder, false)();
    expect(readdirSync(folder).filter((name) => !['lock', 'lock-journal', 'holder'].includes(name))).toEqual([]);
  });

  test('is refused to a second demo before anything in it is deleted', () => {
    const release = takeFolder(folder, false);
    filled();
    expect(() => takeFolder(folder, false)).toThrow(`(process ${process.pid}): end it, or name another --folder`);
    expect(existsSync(join(folder, 'gateway', 'gateway.db'))).toBe(true);
    release();
    takeFolder(folder, false)();
    expect(existsSync(join(folder, 'gateway'))).toBe(false);
  });

  test('is never emptied where it holds anything that is no demo’s', () => {
    filled();
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    expect(() => takeFolder(folder, false)).toThrow('thesis.txt');
    expect(readdirSync(folder).sort()).toEqual(['demo.json', 'gateway', 'thesis.txt']);
  });
});

describe('the ports of a demo', () => {
  test('are the one that was named, the tenth and the twentieth after it', () => {
    expect(readPorts('9000')).toEqual({ wall: 9_000, cloud: 9_010, broker: 9_020 });
    for (const text of ['', 'http', '0', '-1', '80.5', '65516'])
      expect(() => readPorts(text)).toThrow('--port takes a number from 1 to 65515');
  });

  test('are looked at before anything is begun: one that is taken is named with its part', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const ports = { wall: port, cloud: port, broker: port };
    await expect(needFree(ports)).rejects.toMatchObject({ code: 'conflict', about: '--port' });
    await expect(needFree(ports)).rejects.toThrow(`port ${port}, which the demo's wall needs, is taken`);
    taken.close();
    await once(taken, 'close');
    await needFree(ports);
  });
});

test('a part that waits for its order can be ended, so that a demo which fails to start does not hang', async () => {
  await warmUp('gateway', folder).end();
}, 30_000);

describe('liftgate demo', () => {
  test.each([
    ['--port', 'http'],
    ['--speed', 'fast'],
    ['--day', '/nowhere/day.yaml'],
  ])(
    'asked for %s %s, says what is wrong, ends with 2 and deletes nothing',
    async (option, value) => {
      filled();
      const bin = join(import.meta.dirname, '../../bin/liftgate.ts');
      const run = promisify(execFile)(process.execPath, [bin, 'demo', '--folder', folder, option, value]);
      await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(value) });
      expect(existsSync(join(folder, 'gateway', 'gateway.db'))).toBe(true);
    },
    60_000,
  );
});
