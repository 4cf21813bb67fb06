import type { Millis } from '../../../protocols/time.ts';
import { median } from '../detect/robust.ts';
import { theilSen } from '../detect/theil-sen.ts';
import { inKm, kmPerDay, rounded } from './due.ts';
import { type Around, condition, type Evidence, type FlagData, plain, sinceOf } from './flag.ts';
import { type Point, pointsOf } from './track.ts';
import type { Health } from './vehicle.ts';

const DAY_MS = 86_400_000;
/** Where a maker's interval is not told: 10,000 km or a year, whichever is first. */
const INTERVAL_KM = 10_000;
const INTERVAL_DAYS = 365;
const PAD_WATCH = 3;
const PAD_ACT = 2;

/** The last time that the work order said so; null: nobody did. */
function doneAt(around: Around, flag: 'oil' | 'service'): Millis | null {
  const told = [...(around.repairs?.[flag] ?? []), ...(flag === 'oil' ? (around.repairs?.service ?? []) : [])];
  return told.length === 0 ? null : Math.max(...told.map((r) => r.at));
}

/**
 * Oil: what is left of the lowest of three budgets: revolutions weighted by temperature, distance, time. Service: distance
 * and time alone. Both need to know when it was done last, and an odometer; the interval is a common one, not the maker's.
 */
export function serviceFlag(h: Health, around: Around, flag: 'oil' | 'service'): FlagData {
  const done = doneAt(around, flag);
  const odometer = pointsOf(h.tracks.odometer ?? []);
  const perDay = kmPerDay(h.tracks.odometer);
  const conditions = [
    condition('service-recorded', done === null ? 0 : 1),
    condition('odometer-over-14-days', perDay === null ? 0 : odometer.length),
  ];
  const change = flag === 'oil' ? ['oil-changed'] : ['service-done'];
  if (done === null) return plain(around, flag, { rule: 'last-service-not-known', conditions, change });
  const days = (around.now - done) / DAY_MS;
  const km = distanceSince(odometer, perDay, done, around.now);
  const weight = flag === 'oil' && h.oil.revs > 10_000 ? Math.max(1, h.oil.worn / h.oil.revs) : 1;
  const used = Math.max(days / INTERVAL_DAYS, km === null ? 0 : (km * weight) / INTERVAL_KM);
  const left = rounded(100 * (1 - used));
  const daysLeft = Math.min(
    INTERVAL_DAYS - days,
    km === null || perDay === null || perDay === 0 ? Infinity : (INTERVAL_KM / weight - km) / perDay,
  );
  const [watch, act] = flag === 'oil' ? [20, 5] : [100 * (30 / INTERVAL_DAYS), 100 * (7 / INTERVAL_DAYS)];
  const raised = flag === 'oil' ? left <= act : daysLeft <= 7;
  const watched = flag === 'oil' ? left <= watch : daysLeft <= 30;
  const likely = Math.round(around.now + Math.max(0, daysLeft) * DAY_MS);
  const spread = Math.max(0, daysLeft) * 0.15 * DAY_MS;
  const due = { early: Math.round(likely - spread), likely, late: Math.round(likely + spread) };
  const evidence: Evidence[] = [{ name: 'days-since', value: Math.round(days), unit: 'd' }];
  if (km !== null) evidence.push({ name: 'km-since', value: Math.round(km), unit: 'km' });
  if (flag === 'oil') evidence.push({ name: 'temperature-weight', value: rounded(weight), unit: '1' });
  if (perDay !== null) evidence.push({ name: 'km-per-day', value: Math.round(perDay), unit: 'km/d' });
  return plain(around, flag, {
    state: raised ? 'raised' : watched ? 'watch' : 'healthy',
    rule: raised ? 'due-now' : watched ? 'due-soon' : 'within-limits',
    confidence: km === null ? 0.5 : 0.8,
    unit: '%',
    series: [{ at: Math.round(around.now), value: left }],
    watch: rounded(watch),
    act: rounded(act),
    due,
    dueKm: inKm(due, perDay, around.now),
    caveats: km === null ? ['estimate', 'no-odometer'] : ['estimate'],
    evidence,
    conditions,
    change,
  });
}

function distanceSince(odometer: readonly Point[], perDay: number | null, from: Millis, now: Millis): number | null {
  const at = (t: Millis): number | null => {
    const before = odometer.findLast((p) => p.at <= t);
    const near = before ?? odometer[0];
    return near === undefined ? null : near.value + (perDay === null ? 0 : (perDay * (t - near.at)) / DAY_MS);
  };
  const [a, b] = [at(from), at(now)];
  return a === null || b === null ? null : Math.max(0, b - a);
}

/** Brake pads: measured thickness, carried on as a line. No two measurements, no date; an estimate, and said to be one. */
export function brakesFlag(h: Health, around: Around): FlagData {
  const since = sinceOf(h, around, 'brakes');
  const places = Object.entries(h.tracks)
    .filter(([n]) => n.startsWith('pad.'))
    .map(([n, t]) => ({ place: n.slice(4), points: sinceRenewed(pointsOf(t, since)) }))
    .filter((p) => p.points.length > 0);
  const measured = places.reduce((n, p) => n + p.points.length, 0);
  const base = { unit: 'mm', watch: PAD_WATCH, act: PAD_ACT, change: ['pads-measured', 'pads-replaced'] };
  const conditions = [
    condition('pad-measured', measured),
    condition('pad-measured-twice', places.filter((p) => p.points.length >= 2).length),
  ];
  if (places.length === 0) return plain(around, 'brakes', { ...base, rule: 'no-measurements', conditions });
  const lead = places.reduce((a, b) => (b.points.at(-1)!.value < a.points.at(-1)!.value ? b : a));
  const last = lead.points.at(-1)!;
  const line =
    lead.points.length < 2
      ? null
      : theilSen(
          lead.points.map((p) => p.at / DAY_MS),
          lead.points.map((p) => p.value),
        );
  const daysLeft =
    line === null || line.slope >= 0
      ? null
      : Math.max(0, (PAD_ACT - last.value) / line.slope - (around.now - last.at) / DAY_MS);
  const likely = daysLeft === null ? null : Math.round(around.now + daysLeft * DAY_MS);
  const spread = (daysLeft ?? 0) * 0.3 * DAY_MS;
  const due =
    likely === null ? null : { early: Math.round(likely - spread), likely, late: Math.round(likely + spread) };
  const state: FlagData['state'] =
    last.value <= PAD_ACT || (daysLeft !== null && daysLeft <= 14)
      ? 'raised'
      : last.value <= PAD_WATCH || (daysLeft !== null && daysLeft <= 45)
        ? 'watch'
        : lead.points.length < 2
          ? 'learning'
          : 'healthy';
  return plain(around, 'brakes', {
    ...base,
    state,
    severity: state === 'raised' ? (last.value <= PAD_ACT ? 'severe' : 'warning') : 'info',
    rule: last.value <= PAD_ACT ? 'beyond-act' : state === 'learning' ? 'one-measurement' : 'wear-line',
    confidence: lead.points.length < 2 ? null : 0.7,
    series: lead.points.slice(-200).map((p) => ({ at: Math.round(p.at), value: p.value })),
    due,
    dueKm: inKm(due, kmPerDay(h.tracks.odometer), around.now),
    caveats: ['estimate'],
    evidence: places
      .slice(0, 8)
      .map((p) => ({ name: `pad-${p.place}`.slice(0, 40), value: p.points.at(-1)!.value, unit: 'mm' })),
    conditions,
  });
}

/** Pads do not grow: a thickness that rises by a millimetre is a new pad. */
function sinceRenewed(points: readonly Point[]): readonly Point[] {
  const i = points.findLastIndex((p, k) => k > 0 && p.value > points[k - 1]!.value + 1);
  return i < 0 ? points : points.slice(i);
}

const KELVIN = 273.15;
const ATMOSPHERE = 101.325;

/**
 * Tyres: pressure at 20 °C (absolute pressure goes with absolute temperature), each wheel against the others: what falls
 * everywhere is the weather or the gauge, what falls at one wheel is a leak.
 */
export function tyresFlag(h: Health, around: Around): FlagData {
  const since = sinceOf(h, around, 'tyres');
  const wheels = Object.entries(h.tracks)
    .filter(([n]) => n.startsWith('tyre.'))
    .map(([n, t]) => ({ place: n.slice(5), points: at20(h, n.slice(5), pointsOf(t, since)) }))
    .filter((w) => w.points.length > 0);
  const most = Math.max(0, ...wheels.map((w) => w.points.length));
  const conditions = [condition('tyre-measured', most), condition('tyre-measured-three-times', most >= 3 ? most : 0)];
  const change = ['tyre-inspected', 'tyre-inflated'];
  if (wheels.length === 0) return plain(around, 'tyres', { rule: 'no-measurements', unit: 'kPa', conditions, change });
  const lost = wheels.map((w) => ({
    ...w,
    share: 1 - w.points.at(-1)!.value / Math.max(...w.points.map((p) => p.value)),
  }));
  const low = lost.reduce((a, b) => (b.share > a.share ? b : a));
  const others = lost.filter((w) => w !== low);
  const usual = others.length === 0 ? 0 : median(others.map((w) => w.share));
  const beside =
    others.length === 0 ? null : 1 - low.points.at(-1)!.value / median(others.map((w) => w.points.at(-1)!.value));
  const excess = low.share - usual;
  // Axles may differ by design; one wheel a quarter below all others does not.
  const flat = beside !== null && beside > 0.25;
  const state: FlagData['state'] =
    flat || (low.points.length >= 3 && excess > 0.15)
      ? 'raised'
      : low.points.length >= 3 && excess > 0.07
        ? 'watch'
        : most < 3
          ? 'learning'
          : 'healthy';
  const act = Math.max(...low.points.map((p) => p.value)) * 0.85;
  return plain(around, 'tyres', {
    state,
    severity: flat ? 'severe' : state === 'raised' ? 'warning' : 'info',
    rule: flat ? 'far-below-the-others' : state === 'learning' ? 'few-measurements' : 'against-the-others',
    confidence: most < 3 ? null : 0.8,
    unit: 'kPa',
    act: rounded(act),
    series: low.points.slice(-200).map((p) => ({ at: Math.round(p.at), value: rounded(p.value) })),
    evidence: wheels
      .slice(0, 8)
      .map((w) => ({ name: `tyre-${w.place}`.slice(0, 40), value: rounded(w.points.at(-1)!.value), unit: 'kPa' })),
    caveats: wheels.some((w) => h.tracks[`tyre-temperature.${w.place}`] === undefined) ? ['no-temperature'] : [],
    limits: 'own',
    conditions,
    change,
  });
}

function at20(h: Health, place: string, points: readonly Point[]): Point[] {
  const warmth = pointsOf(h.tracks[`tyre-temperature.${place}`] ?? []);
  return points.map((p) => {
    const t = warmth.findLast((w) => Math.abs(w.at - p.at) < 3_600_000)?.value ?? null;
    return t === null ? p : { at: p.at, value: ((p.value + ATMOSPHERE) * (KELVIN + 20)) / (KELVIN + t) - ATMOSPHERE };
  });
}
