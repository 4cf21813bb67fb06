import { describe, expect, test } from 'vitest';
import { Health } from '../../../../gateway/drivers/camera/health.ts';
import { Report } from '../../../../gateway/drivers/camera/report.ts';
import type { Notification } from '../../../../protocols/onvif/message.ts';

const NOW = Date.UTC(2026, 6, 1, 2);

function note(topic: string, source: string, state: boolean, utcTime: number | null = NOW): Notification {
  return {
    topic,
    utcTime,
    operation: 'Changed',
    source: [{ name: 'Rule', value: source }],
    key: [],
    data: [{ name: 'State', value: String(state) }],
  };
}
const INSIDE = 'RuleEngine/FieldDetector/ObjectsInside';

function fresh() {
  const report = new Report('cam-1', { rules: ['Bay 1'] });
  report.begin();
  return { report, health: new Health() };
}

describe('what the camera driver makes of notifications', () => {
  test('rules that are not configured, and topics of no use, give nothing', () => {
    const { report, health } = fresh();
    const notes = [note(INSIDE, 'Stranger', true), note('RuleEngine/LineDetector/Crossed', 'Bay 1', true)];
    expect(report.take(notes, health, NOW, 0)).toEqual([]);
  });

  test('the same state twice is said once; each flip within one answer is said', () => {
    const { report, health } = fresh();
    const notes = [true, true, false, true].map((s) => note(INSIDE, 'Bay 1', s));
    expect(report.take(notes, health, NOW, 0).map((r) => r.value)).toEqual([true, false, true]);
  });

  test('motion is told as motion and never as occupancy', () => {
    const { report, health } = fresh();
    const said = report.take([note('VideoSource/MotionAlarm', 'Bay 1', true)], health, NOW, 0);
    expect(said).toEqual([
      { device: 'cam-1', signal: 'camera.motion', value: true, at: NOW, part: 'Bay 1', vin: null, late: false },
    ]);
  });

  test('a view that changed is a trouble until the camera takes it back', () => {
    const { report, health } = fresh();
    const tell = (service: string, state: boolean) => {
      report.take([note(`VideoSource/GlobalSceneChange/${service}`, 'x', state)], health, NOW, 0);
      return health.code;
    };
    expect(tell('AnalyticsService', true)).toBe('scene-changed');
    expect(tell('ImagingService', false)).toBe('scene-changed');
    expect(tell('AnalyticsService', false)).toBe('ok');
  });

  test.each([
    ['a time that fits', NOW - 5_000, 0, NOW - 5_000],
    ['a camera 20 s ahead', NOW + 15_000, 20_000, NOW - 5_000],
    ['a camera an hour ahead', NOW + 3_600_000, 3_600_000, NOW],
    ['a time in the future', NOW + 2_000, 0, NOW],
    ['a time long past', NOW - 3_600_000, 0, NOW],
    ['no time', null, 0, NOW],
    ['half a second of rounding', NOW - 900, -600, NOW - 900],
  ])('an event is dated: %s', (_what, utcTime, offset, at) => {
    const { report, health } = fresh();
    expect(report.take([note(INSIDE, 'Bay 1', true, utcTime)], health, NOW, offset)[0]?.at).toBe(at);
  });

  test('a rule that stays silent after a connect is unknown, once', () => {
    const { report } = fresh();
    expect(report.sweep(NOW).map((r) => r.value)).toEqual([null]);
    expect(report.sweep(NOW)).toEqual([]);
  });
});

describe('health', () => {
  test('is said again every 5 s, and at once when it changes', () => {
    const health = new Health();
    const values = (now: number) => health.due('cam-1', now).map((r) => r.value);
    expect(values(0)).toEqual(['ok']);
    expect(values(4_999)).toEqual([]);
    expect(values(5_000)).toEqual(['ok']);
    health.set('no-snapshot', true);
    health.set('clock-skew', true);
    expect(values(5_001)).toEqual(['clock-skew']);
    health.set('clock-skew', false);
    expect(values(5_002)).toEqual(['no-snapshot']);
  });

  test('goes on when the clock is set back', () => {
    const health = new Health();
    expect(health.due('cam-1', 10_000)).toHaveLength(1);
    expect(health.due('cam-1', 0)).toHaveLength(1);
  });
});
