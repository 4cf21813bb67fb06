import { describe, expect, test } from 'vitest';
import { type Condition, type Happening, next, troubleOf, unknown } from '../../../gateway/drivers/condition.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import fc from '../../tools/property.ts';

const at = (mono: number) => ({ wall: 1_700_000_000_000 + mono, mono });
const START = unknown(at(0));
const SILENCE = 5_000;

type Step = readonly [mono: number, happening: Happening];
const heard: Happening = { kind: 'heard' };
const lost: Happening = { kind: 'lost', trouble: { reason: 'line-lost', detail: 'pulled' } };
const time = (silentMs: number | null): Happening => ({ kind: 'time', silentMs });
const troubled = (reason: string): Happening => ({ kind: 'troubled', trouble: { reason, detail: null } });

function through(...steps: readonly Step[]): Condition {
  return steps.reduce((c, [mono, h]) => next(c, h, at(mono), SILENCE), START);
}

describe('a device', () => {
  test('is connecting until its first reading, then online in its first life', () => {
    expect(START).toMatchObject({ state: 'connecting', life: 0 });
    expect(through([100, heard])).toMatchObject({ state: 'online', life: 1, since: at(100).wall, reason: null });
  });

  test('that never answers is offline after a minute', () => {
    expect(through([59_999, time(null)]).state).toBe('connecting');
    expect(through([60_000, time(null)])).toMatchObject({ state: 'offline', reason: 'no-answer', life: 0 });
  });

  test('is stale after its normal silence, and online again with the next reading, in the same life', () => {
    const stale = through([0, heard], [5_001, time(5_001)]);
    expect(stale).toMatchObject({ state: 'stale', reason: 'silent', life: 1 });
    expect(next(stale, heard, at(6_000), SILENCE)).toMatchObject({ state: 'online', life: 1, reason: null });
  });

  test('for which silence means nothing is never stale', () => {
    const online = through([0, heard]);
    expect(next(online, time(1e9), at(1e9), null)).toBe(online);
  });

  test('whose line is lost is in back-off with the reason, offline after a minute, and has a new life when it is heard', () => {
    const away = through([0, heard], [1_000, lost]);
    expect(away).toMatchObject({ state: 'backoff', reason: 'line-lost', detail: 'pulled', since: at(1_000).wall });
    const offline = next(away, time(60_000), at(61_000), SILENCE);
    expect(offline).toMatchObject({ state: 'offline', reason: 'line-lost', life: 1 });
    expect(next(offline, heard, at(90_000), SILENCE)).toMatchObject({ state: 'online', life: 2, reason: null });
  });

  test('whose tries go on failing is not told anew, unless for another reason; its absence counts from the first', () => {
    const away = through([0, heard], [1_000, lost], [3_000, lost]);
    expect(away.since).toBe(at(1_000).wall);
    expect(next(away, lost, at(5_000), SILENCE)).toBe(away);
    const refused: Happening = { kind: 'lost', trouble: { reason: 'wrong-password', detail: null } };
    const other = next(away, refused, at(5_000), SILENCE);
    expect(other).toMatchObject({ state: 'backoff', reason: 'wrong-password', since: at(1_000).wall });
    expect(next(other, time(0), at(61_000), SILENCE).state).toBe('offline');
  });

  test('that tells a trouble is degraded until it says that it is well, whatever it measures meanwhile', () => {
    const bad = through([0, heard], [10, troubled('clock-skew')], [20, heard]);
    expect(bad).toMatchObject({ state: 'degraded', reason: 'clock-skew', life: 1 });
    expect(next(bad, { kind: 'well' }, at(30), SILENCE)).toMatchObject({ state: 'online', reason: null });
  });

  test('that was degraded and then silent is degraded again when it is heard', () => {
    const c = through([0, heard], [10, troubled('clock-skew')], [6_000, time(5_990)]);
    expect(c.state).toBe('stale');
    expect(next(c, heard, at(7_000), SILENCE)).toMatchObject({ state: 'degraded', reason: 'clock-skew' });
  });

  test('never goes back in life, and the same object stands for no change', () => {
    const happening = fc.oneof(
      fc.constantFrom(heard, lost, { kind: 'well' } as const, troubled('a'), troubled('b')),
      fc.option(fc.nat(20_000), { nil: null }).map(time),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30_000), happening), { maxLength: 40 }), (steps) => {
        let c = START;
        let mono = 0;
        for (const [gap, h] of steps) {
          mono += gap;
          const after = next(c, h, at(mono), SILENCE);
          expect(after.life - c.life === 0 || after.life - c.life === 1).toBe(true);
          if (after.state === c.state && after.reason === c.reason && after.trouble === c.trouble)
            expect(after).toBe(c);
          const away = after.state === 'connecting' || after.state === 'backoff' || after.state === 'offline';
          expect(after.awaySince !== null).toBe(away);
          c = after;
        }
      }),
    );
  });
});

test('the reason of a loss is a code, and its sentence is kept short', () => {
  expect(troubleOf(new Error('EIO'), true)).toEqual({ reason: 'line-lost', detail: 'EIO' });
  expect(troubleOf(new Error('EIO'), false).reason).toBe('unreachable');
  expect(troubleOf(new LiftgateError('denied', 'no'), true).reason).toBe('wrong-password');
  expect(troubleOf(new LiftgateError('denied', 'no', { trouble: 'basic-only' }), true).reason).toBe('basic-only');
  expect(troubleOf('x'.repeat(1_000), true).detail).toHaveLength(400);
});
