import { describe, expect, test } from 'vitest';
import { clearedEvidence, clearObjections } from '../../../protocols/obd/clearing.ts';
import { afterScan, type CodeLife, type ScanCodes } from '../../../protocols/obd/life.ts';
import { readinessOf } from '../../../protocols/obd/readiness.ts';
import fc from '../../tools/property.ts';

const scan = (at: number, codes: Partial<ScanCodes> = {}): ScanCodes => ({
  at,
  stored: [],
  pending: [],
  permanent: [],
  warmUps: null,
  ...codes,
});
const story = (...scans: ScanCodes[]) => scans.reduce<CodeLife[]>((lives, s) => afterScan(lives, s), []);

describe('the life of a code', () => {
  test('goes from pending to stored to gone', () => {
    const [life] = story(
      scan(1, { pending: ['P0301'] }),
      scan(2, { pending: ['P0301'] }),
      scan(3, { stored: ['P0301'], pending: ['P0301'] }),
      scan(4, { warmUps: 255 }),
    );
    expect(life).toEqual({
      code: 'P0301',
      stage: 'gone',
      firstSeen: 1,
      lastSeen: 3,
      cleared: false,
      steps: [
        { at: 1, stage: 'pending' },
        { at: 3, stage: 'stored' },
        { at: 4, stage: 'gone' },
      ],
    });
  });

  test('a stored code that is gone after a few warm-ups was cleared; permanent stays behind', () => {
    const [gone] = story(scan(1, { stored: ['P0420'] }), scan(2, { warmUps: 2 }));
    expect(gone).toMatchObject({ stage: 'gone', cleared: true });
    const [left] = story(scan(1, { stored: ['P0420'] }), scan(2, { permanent: ['P0420'], warmUps: 0 }));
    expect(left).toMatchObject({ stage: 'permanent', cleared: false });
  });

  test('it comes back, and an older scan changes nothing', () => {
    const lives = story(scan(1, { stored: ['P0171'] }), scan(2), scan(3, { pending: ['P0171'] }));
    expect(lives[0]).toMatchObject({ stage: 'pending', firstSeen: 1, lastSeen: 3, cleared: false });
    expect(afterScan(lives, scan(2, { stored: ['P0171'] }))).toEqual(lives);
  });

  test('whatever is scanned, the last step is the stage and the record stays small', () => {
    const codes = fc.subarray(['P0301', 'P0420', 'U0100']);
    const scans = fc.array(fc.record({ stored: codes, pending: codes, permanent: codes }), { maxLength: 60 });
    fc.assert(
      fc.property(scans, (list) => {
        for (const life of story(...list.map((s, i) => scan(i, s)))) {
          expect(life.steps.at(-1)?.stage).toBe(life.stage);
          expect(life.steps.length).toBeLessThanOrEqual(20);
          expect(life.firstSeen).toBeLessThanOrEqual(life.lastSeen);
        }
      }),
    );
  });
});

describe('signs of a clearing', () => {
  const ready = readinessOf(0x01, [0x00, 0x07, 0x65, 0x00])!;
  const unready = readinessOf(0x01, [0x00, 0x07, 0x65, 0x65])!;
  const none = { warmUps: null, distanceKm: null, runMinutes: null, readiness: [], permanent: [], stored: [] };

  test('few warm-ups, few kilometres and open monitors say yes, with the reasons', () => {
    const found = clearedEvidence({ ...none, warmUps: 1, distanceKm: 12, runMinutes: 20, readiness: [unready] });
    expect(found).toMatchObject({ recently: true, incomplete: 4 });
    expect(found.signs).toContain('12 km since codes were cleared');
  });

  test('a long way since says no; nothing told says that nobody knows', () => {
    expect(clearedEvidence({ ...none, warmUps: 255, distanceKm: 9_000, readiness: [ready] }).recently).toBe(false);
    expect(clearedEvidence(none).recently).toBeNull();
  });

  test('one counter that is low beside one that is high is no sign', () => {
    expect(clearedEvidence({ ...none, warmUps: 3, distanceKm: 9_000 }).recently).toBe(false);
  });

  test('a permanent code without its stored one was cleared by a tool', () => {
    expect(clearedEvidence({ ...none, permanent: ['P0420'] })).toMatchObject({
      recently: true,
      signs: ['permanent without stored: P0420'],
    });
  });
});

describe('before clearing', () => {
  const good = { confirmed: true, saved: true, rpm: 0, speed: 0, voltage: 12.6 };

  test('nothing speaks against it when a person said so, all is kept, and the car rests', () => {
    expect(clearObjections(good)).toEqual([]);
  });

  test.each([
    [{ confirmed: false }, 'nobody has confirmed'],
    [{ saved: false }, 'kept first'],
    [{ rpm: 800 }, 'engine runs'],
    [{ rpm: null }, 'not known'],
    [{ speed: 5 }, 'moves'],
    [{ voltage: 11 }, 'charge'],
  ])('%j speaks against it', (change, words) => {
    expect(clearObjections({ ...good, ...change }).join()).toContain(words);
  });
});
