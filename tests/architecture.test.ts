import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The import table of ARCHITECTURE.md: which room may import which. First match wins; longer paths stand first. */
const ROOMS: readonly { room: string; may: readonly string[]; packages?: readonly string[] }[] = [
  { room: 'protocols', may: ['protocols'], packages: ['zod'] },
  { room: 'gateway/domain', may: ['protocols', 'gateway/domain'], packages: ['temporal-polyfill'] },
  { room: 'gateway/vision', may: ['protocols', 'gateway/vision'] },
  {
    room: 'gateway/drivers/camera',
    may: ['protocols', 'gateway/drivers', 'gateway/vision', 'config/schema'],
  },
  { room: 'gateway/drivers', may: ['protocols', 'gateway/drivers', 'config/schema'] },
  { room: 'gateway/store', may: ['protocols', 'gateway/store'] },
  { room: 'gateway/sync', may: ['protocols', 'gateway/sync', 'gateway/store/outbox.ts'] },
  { room: 'gateway/http', may: ['protocols', 'gateway/http'] },
  { room: 'gateway', may: ['protocols', 'gateway', 'config', 'dashboard/serve'] },
  { room: 'cloud/api', may: ['protocols', 'cloud/api', 'cloud/modules', 'cloud/store'] },
  { room: 'cloud/modules', may: ['protocols', 'cloud/modules', 'cloud/store', 'cloud/api/error.ts'] },
  { room: 'cloud/board', may: ['protocols', 'cloud/board', 'cloud/store'] },
  { room: 'cloud/store', may: ['protocols', 'cloud/store'] },
  { room: 'cloud', may: ['protocols', 'cloud', 'config', 'dashboard/serve'] },
  { room: 'dashboard/serve', may: ['protocols', 'dashboard/serve'] },
  { room: 'dashboard/vite.config.ts', may: ['dashboard'] },
  { room: 'dashboard/wall', may: ['protocols', 'dashboard/wall', 'dashboard/ui'] },
  { room: 'dashboard/console', may: ['protocols', 'dashboard/console', 'dashboard/ui'] },
  { room: 'dashboard/site', may: ['protocols', 'dashboard/site', 'dashboard/ui'] },
  { room: 'dashboard/ui', may: ['protocols', 'dashboard/ui'] },
  { room: 'config', may: ['protocols', 'config'] },
  { room: 'simulators', may: ['protocols', 'simulators'] },
  { room: 'bin', may: ['protocols', 'gateway', 'cloud', 'config', 'simulators', 'bin', 'dashboard/serve'] },
  {
    room: 'bench',
    may: ['protocols', 'gateway', 'cloud', 'config', 'simulators', 'bin', 'dashboard', 'bench', 'tests/tools'],
  },
  { room: 'tests', may: [''] },
];

/** A package, or a word of the language, that only one room may know. */
const OWNED: readonly { what: RegExp; name: string; only: readonly string[] }[] = [
  { name: 'serialport', what: /from 'serialport'/, only: ['gateway/drivers/line.ts', 'tests', 'bench'] },
  { name: 'aedes', what: /from 'aedes/, only: ['gateway/drivers/mqtt', 'tests', 'bench'] },
  { name: 'better-sqlite3', what: /from 'better-sqlite3'/, only: ['gateway/store', 'tests', 'bench'] },
  { name: 'sharp', what: /from 'sharp'/, only: ['gateway/vision', 'simulators/camera', 'tests', 'bench'] },
  { name: 'pg', what: /from 'pg'/, only: ['cloud/store', 'tests', 'bench'] },
  { name: 'socket.io', what: /from 'socket\.io'/, only: ['dashboard/serve', 'tests', 'bench'] },
  { name: 'process.env', what: /process\.env/, only: ['config/load.ts', 'tests', 'bench'] },
];

const PURE = ['protocols', 'gateway/domain'];
const IMPURE = /from 'node:|Math\.random\(|process\.|setTimeout\(|setInterval\(|from 'pino'/;
const NO_CLOCK = ['protocols', 'gateway/domain', 'gateway/store', 'gateway/sync', 'cloud/modules'];

const root = join(import.meta.dirname, '..');
const TOP = ['protocols', 'gateway', 'cloud', 'config', 'dashboard', 'simulators', 'bin', 'bench', 'tests'];
const files = TOP.flatMap((dir) => walk(join(root, dir))).map((f) => relative(root, f).split(sep).join('/'));

function walk(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((e) => {
    const full = join(path, e.name);
    if (e.isDirectory()) return e.name === 'dist' || e.name === 'node_modules' ? [] : walk(full);
    return /\.tsx?$/.test(e.name) ? [full] : [];
  });
}

const under = (file: string, room: string) => room === '' || file === room || file.startsWith(`${room}/`);
const roomOf = (file: string) => ROOMS.find((r) => under(file, r.room));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1]!);
}

describe('the import table', () => {
  test('has seen the source files', () => {
    expect(statSync(join(root, 'protocols')).isDirectory()).toBe(true);
    expect(files.length).toBeGreaterThan(20);
  });

  test('every file belongs to a room', () => {
    expect(files.filter((f) => !roomOf(f))).toEqual([]);
  });

  test('no room imports what the table does not allow', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      if (!room) continue;
      for (const target of importsOf(file)) {
        if (target.startsWith('.')) {
          const path = normalize(join(dirname(file), target))
            .split(sep)
            .join('/');
          if (!room.may.some((m) => under(path, m))) wrong.push(`${file} → ${path}`);
        } else if (room.packages && !room.packages.includes(target)) {
          wrong.push(`${file} → ${target}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(OWNED)('only its own room knows $name', ({ what, only }) => {
    const wrong = files.filter((f) => !only.some((o) => under(f, o)) && what.test(readFileSync(join(root, f), 'utf8')));
    expect(wrong).toEqual([]);
  });

  test('cloud modules do not import each other', () => {
    const moduleOf = (f: string) => /^cloud\/modules\/([^/]+)\//.exec(f)?.[1];
    const wrong = files.flatMap((file) => {
      const own = moduleOf(file);
      if (!own) return [];
      return importsOf(file)
        .filter((t) => t.startsWith('.'))
        .map((t) =>
          normalize(join(dirname(file), t))
            .split(sep)
            .join('/'),
        )
        .filter((path) => moduleOf(path) !== undefined && moduleOf(path) !== own)
        .map((path) => `${file} → ${path}`);
    });
    expect(wrong).toEqual([]);
  });

  test('what decides is pure: no node modules, no timers, no randomness', () => {
    const wrong = files.filter(
      (f) => PURE.some((p) => under(f, p)) && IMPURE.test(readFileSync(join(root, f), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  test('time is handed in, but to the mains', () => {
    const wrong = files.filter(
      (f) =>
        NO_CLOCK.some((p) => under(f, p)) && /Date\.now\(\)|new Date\(\)/.test(readFileSync(join(root, f), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});
