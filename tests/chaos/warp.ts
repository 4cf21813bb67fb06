/**
 * Loaded before a part of the system (`--import`): shifts its wall clock and takes its resolver away, as the file says
 * that is named in the query, `{"shiftMs": 0, "names": true}`. Nothing outside this process is changed.
 */
import dns from 'node:dns';
import { readFileSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const file = new URL(import.meta.url).searchParams.get('file')!;
const LOOK_MS = 100;
/** The name under which the parts know each other; it stands in no public zone (RFC 6761). */
const NAME = 'cloud.test';

let shiftMs = 0;
let names = true;
let seen = -1;

function look(): void {
  try {
    const { mtimeMs } = statSync(file);
    if (mtimeMs === seen) return;
    const said = JSON.parse(readFileSync(file, 'utf8')) as { shiftMs: number; names: boolean };
    ({ shiftMs, names } = said);
    seen = mtimeMs;
  } catch {
    // Half written: the next look finds it whole.
  }
}
look();
setInterval(look, LOOK_MS).unref();

const RealDate = Date;
const now = () => RealDate.now() + shiftMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: []) => (args.length === 0 ? new target(now()) : new target(...args)),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

type Told = (e: Error | null, address?: unknown, family?: number) => void;
const lookup = dns.lookup as (name: string, options: unknown, told: Told) => void;
function answer(name: string, options: unknown, told: Told): void {
  const done = typeof options === 'function' ? (options as Told) : told;
  if (name !== NAME) {
    lookup(name, options, told);
    return;
  }
  if (!names) {
    setImmediate(done, Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: 'EAI_AGAIN' }));
    return;
  }
  const all = typeof options === 'object' && options !== null && (options as { all?: boolean }).all === true;
  if (all) setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }]);
  else setImmediate(done, null, '127.0.0.1', 4);
}
dns.lookup = answer as unknown as typeof dns.lookup;
syncBuiltinESMExports();
