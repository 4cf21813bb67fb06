import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../bin/validate.ts';

let folder: string;
let said: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-validate-'));
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const file = async (text: string) => {
  const path = join(folder, 'f.yaml');
  await writeFile(path, text);
  return path;
};

test('a right configuration is summed up, with exit code 0', async () => {
  const path = await file('site: {id: n, name: North, timezone: UTC}\nbays: [{id: B1}]\n');
  expect(await run(path, { json: false })).toBe(0);
  expect(said).toMatch(/^ok .*gateway of North: 1 bays, 0 devices, no cloud\n$/);
});

test('a wrong configuration shows all mistakes, with exit code 2', async () => {
  const path = await file('site: {id: n, name: North, timezone: Nowhere}\nbays: []\n');
  expect(await run(path, { json: false })).toBe(2);
  expect(said.trim().split('\n')).toHaveLength(3);
});

test('as JSON the mistakes carry path and line', async () => {
  expect(await run(await file('http: {port: 99999}\n'), { json: true })).toBe(2);
  expect(JSON.parse(said)).toMatchObject({ ok: false, mistakes: [{ path: 'http.port', line: 1 }] });
});

test('a file that is not there is wrong use', async () => {
  expect(await run(join(folder, 'none.yaml'), { json: false })).toBe(2);
  expect(said).toContain('Check the path');
});
