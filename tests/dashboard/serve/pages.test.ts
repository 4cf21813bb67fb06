import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureBuilt, mountPages } from '../../../dashboard/serve/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-pages-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function serve(connect: string[] = []) {
  const app = fastify();
  await mountPages(app, { folder, connect });
  return app;
}

test('pages come fresh and under a policy that lets nothing in from elsewhere', async () => {
  await mkdir(join(folder, 'wall'));
  await writeFile(join(folder, 'wall/index.html'), '<!doctype html><title>wall</title>');
  const app = await serve(['https://cloud.example/liftgate']);
  for (const url of ['/wall', '/wall/']) {
    const { statusCode, headers, body } = await app.inject(url);
    expect([statusCode, headers['cache-control'], headers['content-type']]).toEqual([
      200,
      'no-cache',
      'text/html; charset=utf-8',
    ]);
    expect(body).toContain('<title>wall</title>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("connect-src 'self' https://cloud.example wss://cloud.example;");
  }
  await app.close();
});

test('parts carry a hash in their name, and may be kept for a year', async () => {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/wall-abc.js'), '1');
  const app = await serve();
  const { headers } = await app.inject('/assets/wall-abc.js');
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect((await app.inject('/assets/../wall/index.html')).statusCode).toBe(404);
  await app.close();
});

test('a page that is not built says what to do', async () => {
  const app = await serve();
  const { statusCode, body } = await app.inject('/console');
  expect([statusCode, body]).toEqual([503, 'The pages are not built yet. Run: npm run build\n']);
  await app.close();
});

test('pages are built when they are missing or old, and only then', { timeout: 180_000 }, async () => {
  const [dist, said] = [join(folder, 'dist'), [] as string[]];
  const say = (line: string) => said.push(line);
  expect(await ensureBuilt({ folder: dist, say })).toBe(true);
  expect(await readdir(dist)).toEqual(expect.arrayContaining(['assets', 'wall']));
  expect(said).toEqual(['building the pages, once …', expect.stringMatching(/^built in \d+\.\d s$/)]);
  expect(await ensureBuilt({ folder: dist, say })).toBe(false);
  for (const file of await readdir(join(dist, 'wall'))) await utimes(join(dist, 'wall', file), 1, 1);
  expect(await ensureBuilt({ folder: dist, say })).toBe(true);
  expect(said[2]).toBe('the pages have changed: building them …');
  expect(await readdir(folder)).toEqual(['dist']);
});
