import { describe, expect, test } from 'vitest';
import { type CameraSettings, createCamera } from '../../../../gateway/drivers/camera/driver.ts';
import type { RuleChange } from '../../../../gateway/drivers/camera/report.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { type Odd, openOdd, PASSWORD, USER } from './odd.ts';

async function hears(odd: Odd, more: Partial<CameraSettings> & { pace?: number; ms?: number; bare?: boolean } = {}) {
  const { pace = 1, ms = 20_000, bare, ...settings } = more;
  const camera = await openOdd(odd);
  const readings: Reading[] = [];
  const changes: RuleChange[] = [];
  const stop = new AbortController();
  const config = {
    kind: 'camera',
    id: 'cam',
    url: bare ? camera.base : camera.url,
    user: USER,
    password: PASSWORD,
  } as const;
  const driver = createCamera(
    { ...config, rules: null, ...settings },
    { clock: Date.now, pace, onChange: (c) => void changes.push(c) },
  );
  const ended = (async () => {
    while (!stop.signal.aborted) {
      const run = driver.run(async (r) => void readings.push(...r), stop.signal);
      await run.catch(() => new Promise((resolve) => setTimeout(resolve, 200)));
    }
  })();
  const until = async (test: () => boolean) => {
    for (const end = performance.now() + ms; performance.now() < end && !test(); )
      await new Promise((resolve) => setTimeout(resolve, 20));
    return test();
  };
  return {
    camera,
    readings,
    changes,
    until,
    async end() {
      stop.abort();
      await ended;
      await camera.close();
    },
  };
}

const QUIET = 60_000;
const PLAIN = { soap: 's', body: '', note: '' };

const MANNERS: readonly [string, Odd][] = [
  ['long prefixes, and a login refused in words with HTTP 500', { login: 'fault in words' }],
  ['default namespaces, in many chunks, as text/xml', { prefixes: PLAIN, chunked: true, type: 'text/xml' }],
  ['SOAP 1.1 with a page’s content type', { soap11: true, type: 'text/html', login: 'none' }],
  ['no login at all, addresses without a host', { login: 'none', relative: true }],
  ['a digest without qop, offered beside Basic', { login: 'digest without qop' }],
  ['an empty 403 where a login is needed, for the clock too', { login: '403', clockNeedsLogin: true }],
  ['one address for all pull points, told apart by a header', { parameter: true }],
  ['an anonymous reference: pull at the event service', { anonymous: true, noTimes: true }],
  ['pull points on another port', { otherPort: true }],
  ['a host behind NAT', { host: 'camera.invalid' }],
  [
    'no GetServices, no synchronisation point, no media',
    { html: ['GetServices', 'SetSynchronizationPoint', 'GetProfiles'] },
  ],
  ['only absolute ends of a subscription', { noDuration: true }],
];

describe.concurrent('servers of other makers', () => {
  test.each(MANNERS)(
    '%s',
    async (_, odd) => {
      const h = await hears(odd);
      const heard = await h.until(() => h.changes.some((c) => c.rule === 'Bay 1' && c.occupied === true));
      const well = await h.until(() => h.readings.some((r) => r.signal === 'device.health'));
      const seen = [...h.camera.seen];
      await h.end();
      expect([heard, well], seen.join(' ')).toEqual([true, true]);
      expect(h.changes[0]).toMatchObject({ topic: 'RuleEngine/FieldDetector/ObjectsInside', operation: 'Initialized' });
      expect(seen.filter((s) => s === 'CreatePullPointSubscription').length).toBeLessThanOrEqual(2);
    },
    QUIET,
  );

  test(
    'a url without a path means the usual one',
    async () => {
      const h = await hears({ login: 'none' }, { bare: true });
      const heard = await h.until(() => h.changes.length > 0);
      await h.end();
      expect(heard).toBe(true);
    },
    QUIET,
  );

  test.each([true, false])(
    'a filter is sent, and left out where the camera knows none (%s)',
    async (noFilter) => {
      const filter = 'tns1:RuleEngine//.|tns1:VideoSource//.';
      const h = await hears({ noFilter }, { filter });
      const heard = await h.until(() => h.changes.length > 0);
      await h.end();
      expect(heard).toBe(true);
      expect(h.camera.filters).toEqual(noFilter ? [] : [filter]);
    },
    QUIET,
  );

  test(
    'a camera that holds a quiet poll for as long as it likes is waited for after two that came to nothing',
    async () => {
      // A time-lapse: 10 s of a poll are 1 s, so that this one is held for 40 s.
      const h = await hears({ holds: 4_000 }, { pace: 0.1, ms: 40_000 });
      const pulls = () => h.camera.seen.filter((s) => s === 'PullMessages').length;
      const creates = () => h.camera.seen.filter((s) => s === 'CreatePullPointSubscription').length;
      await h.until(() => creates() === 3);
      const before = pulls();
      const steady = await h.until(() => pulls() >= before + 3);
      const after = creates();
      await h.end();
      expect([steady, after]).toEqual([true, 3]);
    },
    QUIET,
  );
});
