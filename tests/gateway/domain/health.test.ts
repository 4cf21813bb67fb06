import { describe, expect, test } from 'vitest';
import { judgeFlag } from '../../../gateway/domain/health/flags.ts';
import { addPoint, NO_TRACK, type Track } from '../../../gateway/domain/health/track.ts';
import { close, copyOf, type Health, NEW_HEALTH, note } from '../../../gateway/domain/health/vehicle.ts';
import { flagsOfJob } from '../../../protocols/health/job.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import { CAR_A, HOUR, MINUTE, NINE, Shop } from './kit.ts';

const DAY = 24 * HOUR;
const FIRST = NINE - 100 * DAY;
const around = { vin: CAR_A, now: NINE };

function track(values: readonly number[], every = DAY): Track {
  return values.reduce<Track>((t, v, i) => addPoint(t, FIRST + i * every, v), NO_TRACK);
}

/** `base` for twelve days, and then towards `end` for twelve. */
const drift = (base: number, end: number) =>
  Array.from({ length: 24 }, (_, i) => base + (i < 12 ? 0 : ((end - base) * (i - 11)) / 12) + 0.02 * ((i * 7) % 5));

const withTracks = (tracks: Record<string, Track>): Health => ({ ...NEW_HEALTH, tracks });

describe('why it runs lean', () => {
  const lean = (idle: number, part: number, high: number, air?: number) =>
    judgeFlag(
      withTracks({
        'trim.1.idle': track(drift(1, idle)),
        'trim.1.part': track(drift(1, part)),
        'trim.1.high': track(drift(1, high)),
        ...(air === undefined ? {} : { 'air-ratio': track(drift(100, air)) }),
      }),
      around,
      'fuel-trim',
    );

  test.each([
    ['at idle alone: a leak', lean(20, 8, 3), 'vacuum'],
    ['everywhere, and the meter reads low: the air meter', lean(18, 18, 19, 84), 'air-meter'],
    ['more the more is breathed: the fuel', lean(8, 13, 20), 'delivery'],
    ['everywhere, and the meter is right: the fuel', lean(16, 17, 19, 100), 'delivery'],
    ['too rich', lean(-18, -18, -18), 'rich'],
  ])('lean %s', (_, flag, cause) => {
    expect(flag).toMatchObject({ state: 'raised', cause, limits: 'own' });
  });
});

describe('one part, one flag', () => {
  test('a battery that its alternator does not charge is not a second flag', () => {
    const starts = drift(10.9, 9.4).flatMap((v, i) => [FIRST + i * DAY, v, 0]);
    const alone = judgeFlag({ ...NEW_HEALTH, starts }, around, 'battery');
    expect(alone).toMatchObject({ state: 'raised' });
    const both = { ...NEW_HEALTH, starts, tracks: { 'charge.module': track(drift(14.2, 12.4)) } };
    expect(judgeFlag(both, around, 'alternator')).toMatchObject({ state: 'raised' });
    expect(judgeFlag(both, around, 'battery')).toMatchObject({ state: 'watch', cause: 'alternator' });
  });
});

describe('starts of the engine', () => {
  test('of a warm engine tell nothing of what the cold costs', () => {
    const perKelvin = (warm: boolean) => {
      const h = copyOf(NEW_HEALTH);
      for (let i = 0; i < 40; i++) {
        const again = i % 2 === 1;
        const at = FIRST + i * 12 * HOUR;
        const air = again ? 24 : 10 + ((i / 2) % 5);
        note(h, { at, signal: 'obd.crank-voltage', value: (again ? 11.4 : 10.6) + 0.01 * air, part: null });
        note(h, { at: at + 2_000, signal: 'obd.ambient-air', value: air, part: null });
        if (warm) note(h, { at: at + 3_000, signal: 'obd.coolant', value: again ? 85 : air, part: null });
      }
      const told = judgeFlag(h, around, 'battery').evidence!.find((e) => e.name === 'volts-per-kelvin')!;
      return told.value;
    };
    expect(perKelvin(true)).toBeCloseTo(0.01, 3);
    expect(perKelvin(false)).toBeGreaterThan(0.03);
  });
});

describe('charging', () => {
  const judged = (tracks: Record<string, Track>) => judgeFlag(withTracks(tracks), around, 'alternator');

  test('a car that always charged is raised by what it stands at, without an overrun', () => {
    const mid = track(drift(14.1, 12.3));
    const full = mid.slice(0, 26);
    expect(judged({ 'charge-mid.module': mid, 'charge.module': full })).toMatchObject({ state: 'raised' });
  });

  test('a car that lets go to save fuel is well as long as it now and then charges', () => {
    const mid = track(Array.from({ length: 24 }, (_, i) => 12.85 + 0.02 * (i % 5)));
    const full = track(Array.from({ length: 24 }, (_, i) => (i > 16 ? 13.4 : 14.5) - 0.1 * (i % 3)));
    expect(judged({ 'charge-mid.module': mid, 'charge.module': full })).not.toMatchObject({ state: 'raised' });
    const flat = track(drift(12.9, 12.2));
    expect(judged({ 'charge-mid.module': flat, 'charge.module': full.slice(0, 20) })).toMatchObject({
      state: 'raised',
    });
  });
});

describe('warm-up', () => {
  const winter = (values: readonly number[]) => track(values.map((v, i) => v * (1 + 0.01 * (i % 3))));

  test('is judged by the measure of heat that goes with this car’s fuel', () => {
    const air = track(Array.from({ length: 24 }, (_, i) => 5_000 + 1_500 * (i % 3)));
    const load = winter(Array.from({ length: 24 }, (_, i) => (i < 14 ? 3_000 : 3_000 + 250 * (i - 13))));
    const flag = judgeFlag(withTracks({ 'warm.air': air, 'warm.load': load }), around, 'warm-up');
    expect(flag).toMatchObject({
      state: 'raised',
      evidence: expect.arrayContaining([expect.objectContaining({ name: 'warm.load' })]),
    });
  });
});

describe('features of slow samplings', () => {
  test('values that are too few for a feature wait for the next drives, for a week', () => {
    const values = (gap: number) => {
      const h = copyOf(NEW_HEALTH);
      for (let drive = 0; drive < 4; drive++) {
        for (let i = 0; i < 6; i++) {
          const at = FIRST + drive * gap + i * 30_000;
          const said: [SignalName, number][] = [
            ['obd.rpm', 750],
            ['obd.load', 20],
            ['obd.coolant', 90],
            ['obd.stft-1', 1],
            ['obd.ltft-1', 3],
          ];
          for (const [signal, value] of said) note(h, { at, signal, value, part: null });
        }
        close(h, 'live');
      }
      return (h.tracks['trim.1.idle'] ?? []).filter((_, i) => i % 2 === 1);
    };
    expect(values(2 * DAY)).toEqual([4, 4]);
    expect(values(20 * DAY)).toEqual([]);
  });
});

describe('tests of service 06', () => {
  const say = (h: Health, at: number, signal: SignalName, value: number, part: string) =>
    note(h, { at, signal, value, part });

  test('the same result told again is no new feature', () => {
    const h = copyOf(NEW_HEALTH);
    for (let i = 0; i < 5; i++) {
      say(h, FIRST + i * DAY, 'obd.test-value', 3, '21/80');
      say(h, FIRST + i * DAY, 'obd.test-min', 1, '21/80');
      say(h, FIRST + i * DAY, 'obd.test-max', 64, '21/80');
    }
    expect(judgeFlag(h, around, 'catalyst').series).toHaveLength(1);
    expect(judgeFlag(h, around, 'oxygen').state).toBe('unavailable');
  });

  test('a margin that shrinks to a tenth of its own is raised', () => {
    const flag = judgeFlag(withTracks({ 'test.21/80': track(drift(3, 0.2)) }), around, 'catalyst');
    expect(flag).toMatchObject({ state: 'raised', act: expect.closeTo(0.45, 1) });
  });
});

describe('misfires', () => {
  const drives = (bad: number) => {
    const tracks: Record<string, Track> = { firings: track(Array.from({ length: 20 }, () => 20_000)) };
    for (const c of ['1', '2', '3', '4'])
      tracks[`misfire.${c}`] = track(
        Array.from({ length: 20 }, (_, i) => (c === '3' && i >= 17 ? bad : (i + Number(c)) % 3)),
      );
    return judgeFlag(withTracks(tracks), around, 'misfire');
  };

  test('a cylinder that stands out in drives on end is raised, a jolt is not', () => {
    expect(drives(60)).toMatchObject({ state: 'raised', severity: 'severe' });
    expect(drives(60).evidence![0]).toEqual({ name: 'cylinder', value: 3, unit: '1' });
    expect(drives(3).state).toBe('healthy');
  });
});

describe('trouble codes', () => {
  const codes = (said: readonly (readonly [SignalName, number | string[]])[]) => {
    const h = copyOf(NEW_HEALTH);
    said.forEach(([signal, value], i) => {
      note(h, { at: FIRST + i * DAY, signal, value, part: '7E8' });
    });
    return judgeFlag(h, around, 'codes');
  };

  test.each([
    ['not read', [], 'unavailable', null],
    ['none', [['obd.codes.stored', []]], 'healthy', null],
    ['stored', [['obd.codes.stored', ['P0301']]], 'raised', 'stored'],
    ['pending once', [['obd.codes.pending', ['P0301']]], 'watch', 'pending'],
    [
      'cleared a short time ago',
      [
        ['obd.codes.stored', []],
        ['obd.warm-ups-since-clear', 2],
        ['obd.monitors-incomplete', 3],
      ],
      'watch',
      'cleared',
    ],
    [
      'back after a clear',
      [
        ['obd.warm-ups-since-clear', 200],
        ['obd.codes.stored', ['P0420']],
        ['obd.warm-ups-since-clear', 1],
        ['obd.codes.stored', []],
        ['obd.warm-ups-since-clear', 9],
        ['obd.codes.stored', ['P0420']],
      ],
      'raised',
      'returning',
    ],
    [
      'permanent without stored',
      [
        ['obd.codes.stored', []],
        ['obd.codes.permanent', ['P0420']],
      ],
      'watch',
      'cleared',
    ],
  ] as const)('codes %s', (_, said, state, cause) => {
    expect(codes(said as never)).toMatchObject({ state, cause });
  });
});

describe('what is measured by hand', () => {
  test('brake pads have no date before they are measured twice', () => {
    const once = withTracks({ 'pad.front': track([6]) });
    expect(judgeFlag(once, around, 'brakes')).toMatchObject({ state: 'learning', due: null });
    const thrice = withTracks({ 'pad.front': track([8, 6, 4], 30 * DAY) });
    const flag = judgeFlag(thrice, { ...around, now: FIRST + 60 * DAY }, 'brakes');
    expect(flag).toMatchObject({ state: 'watch', caveats: ['estimate'] });
    expect(Math.round((flag.due!.likely - FIRST) / DAY)).toBe(90);
  });

  test('a tyre that loses air against the others is told; all of them together are the weather', () => {
    const wheels = (fl: number[]) =>
      withTracks({
        'tyre.FL': track(fl),
        ...Object.fromEntries(['FR', 'RL', 'RR'].map((w) => [`tyre.${w}`, track([240, 232, 226])])),
      });
    expect(judgeFlag(wheels([240, 215, 190]), around, 'tyres').state).toBe('raised');
    expect(judgeFlag(wheels([240, 232, 226]), around, 'tyres').state).toBe('healthy');
  });
});

describe('another car', () => {
  test('a drive with another odometer is left out', () => {
    const h = copyOf(NEW_HEALTH);
    const drive = (day: number, km: number, volts: number) => {
      const at = FIRST + day * DAY;
      note(h, { at, signal: 'obd.crank-voltage', value: volts, part: null });
      note(h, { at: at + 5_000, signal: 'obd.odometer', value: km, part: null });
      close(h, 'live');
    };
    for (let i = 0; i < 5; i++) drive(i, 50_000 + 40 * i, 10.8);
    drive(5, 120_000, 9.1);
    drive(6, 50_240, 10.8);
    expect(judgeFlag(h, around, 'battery').series).toHaveLength(6);
  });
});

describe('what people say of a flag', () => {
  const raised = () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    for (const volts of [9.4, 9.3]) {
      shop.says('obd-1', 'obd.crank-voltage', volts);
      shop.wait(300);
    }
    return shop;
  };
  const act = (shop: Shop, word: 'dismiss' | 'verify' | 'reopen' | 'book') => {
    const action = { vin: CAR_A, flag: 'battery', act: word, reason: 'tested well', at: shop.now, by: 'LM' } as const;
    const step = shop.engine.step(shop.state, { kind: 'flag-action', at: shop.now, action });
    shop.state = step.state;
    shop.events.push(...step.events);
    shop.wait(5);
  };
  const last = (shop: Shop) => shop.of('liftgate.vehicle.flag.v1').findLast((f) => f.flag === 'battery')!;

  test('a dismissal moves the limits of this car, a reopening moves them back', () => {
    const shop = raised();
    expect(last(shop)).toMatchObject({ state: 'raised', life: { state: 'raised' } });
    act(shop, 'dismiss');
    expect(last(shop)).toMatchObject({ state: 'learning', life: { state: 'dismissed', by: 'LM' } });
    expect(shop.last('liftgate.flag.action.v1')).toMatchObject({ act: 'dismiss' });
    act(shop, 'reopen');
    expect(last(shop)).toMatchObject({ state: 'raised', life: { state: 'raised' } });
  });

  test('a repair begins a new series', () => {
    const shop = raised();
    act(shop, 'verify');
    expect(last(shop)).toMatchObject({
      state: 'unavailable',
      life: { state: 'verified' },
      repairs: [{ how: 'order' }],
    });
    const alerts = shop.of('liftgate.alert.v1').filter((a) => a.kind === 'flag-raised');
    expect(alerts.at(-1)).toMatchObject({ state: 'cleared' });
  });

  test('a part that was ticked when the order was closed begins a new series, whatever the words of the job', () => {
    const shop = raised();
    const order = { order: 'WO-3', vin: CAR_A, job: 'Battery replacement' } as const;
    shop.order({ ...order, state: 'closed', repaired: [] });
    shop.wait(MINUTE / 1_000);
    expect(last(shop)).toMatchObject({ state: 'raised' });
    shop.order({ ...order, job: 'Work as agreed', state: 'closed', repaired: ['battery'] });
    shop.wait(MINUTE / 1_000);
    expect(last(shop)).toMatchObject({ state: 'unavailable', repairs: [{ how: 'order' }] });
  });

  test.each([
    ['Battery replacement', ['battery']],
    ['更换蓄电池', ['battery']],
    ['Check battery', []],
    ['Front brake pads', ['brakes']],
    ['小保养', ['oil', 'service']],
  ])('the job "%s" repairs %s', (job, flags) => {
    expect(flagsOfJob(job)).toEqual(flags);
  });

  test('a state that was kept by an older version goes on', () => {
    const shop = raised();
    const text = JSON.stringify(shop.state).replaceAll('"health":', '"unknown":');
    shop.state = JSON.parse(text);
    shop.says('obd-1', 'obd.crank-voltage', 10.9);
    shop.wait(MINUTE / 1_000);
    expect(last(shop).series).toHaveLength(1);
  });
});
