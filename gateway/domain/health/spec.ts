import type { FlagName } from '../../../protocols/health/flag.ts';

/** How a feature is judged. Limits that a book gives, and what the car's own healthy past makes of them. */
export interface Spec {
  readonly unit: string;
  /** 1: high values are bad; −1: low values are. */
  readonly bad: 1 | -1;
  /** From the car's own (or its kind's) healthy middle; null: no limit can be given without one. */
  watch(base: number | null): number | null;
  act(base: number | null): number | null;
  /** No spread below this is believed. */
  noise(base: number | null): number;
  /** A change smaller than this is neither a fall from the baseline nor a repair. */
  step(base: number | null): number;
}

/** How much of the way from the car's own middle to the limit is worth a word, where a trend goes with it. */
const WAY = 0.4;
const half = (base: number, act: number) => base + WAY * (act - base);

/** A limit that is the same for all cars; to be watched from a part of the way between the car's own middle and it. */
function fixed(unit: string, bad: 1 | -1, watch: number, act: number, noise: number, step: number): Spec {
  return {
    unit,
    bad,
    watch: (base) => (base === null || bad * (act - base) <= 0 ? watch : half(base, act)),
    act: () => act,
    noise: () => noise,
    step: () => step,
  };
}

/** Limits that only the car's own past can give, as shares of its middle. */
function share(unit: string, bad: 1 | -1, watch: number, act: number, noise: number): Spec {
  return {
    unit,
    bad,
    watch: (base) => (base === null ? null : base * watch),
    act: (base) => (base === null ? null : base * act),
    noise: (base) => noise * Math.abs(base ?? 0),
    step: (base) => 3 * noise * Math.abs(base ?? 0),
  };
}

/** Limits and their sources: docs/prediction.md. Names that end in a dot stand for all that begin so. */
const SPECS: readonly { readonly feature: string; readonly flag: FlagName; readonly spec: Spec }[] = [
  { feature: 'crank', flag: 'battery', spec: fixed('V', -1, 10, 9.6, 0.08, 0.3) },
  { feature: 'charge.', flag: 'alternator', spec: fixed('V', -1, 13.2, 12.8, 0.1, 0.3) },
  { feature: 'charge-low.', flag: 'alternator', spec: fixed('V', -1, 12.5, 12.3, 0.1, 0.3) },
  { feature: 'charge-mid.', flag: 'alternator', spec: fixed('V', 1, 14.9, 15.5, 0.1, 0.3) },
  { feature: 'warm.time', flag: 'warm-up', spec: { ...share('s', 1, 1.3, 1.6, 0.08), step: () => 60 } },
  { feature: 'warm.air', flag: 'warm-up', spec: share('g', 1, 1.25, 1.5, 0.06) },
  { feature: 'warm.', flag: 'warm-up', spec: share('1', 1, 1.25, 1.5, 0.06) },
  { feature: 'regulated', flag: 'warm-up', spec: fixed('Cel', -1, 78, 72, 1.5, 5) },
  { feature: 'trim.', flag: 'fuel-trim', spec: fixed('%', 1, 10, 15, 1, 4) },
  { feature: 'rich.', flag: 'fuel-trim', spec: fixed('%', -1, -10, -15, 1, 4) },
  { feature: 'test.', flag: 'catalyst', spec: share('1', -1, half(1, 0.15), 0.15, 0.05) },
  { feature: 'regeneration', flag: 'particulate-filter', spec: share('km', -1, 0.7, 0.5, 0.05) },
  { feature: 'filter-resistance', flag: 'particulate-filter', spec: share('kPa.s/g', 1, 1.5, 2, 0.08) },
  { feature: 'pack-health', flag: 'pack', spec: fixed('%', -1, 80, 70, 1, 5) },
  { feature: 'pack-ah', flag: 'pack', spec: share('A.h', -1, 0.8, 0.7, 0.03) },
];

export function specOf(feature: string): Spec {
  const row = SPECS.find((s) => (s.feature.endsWith('.') ? feature.startsWith(s.feature) : feature === s.feature));
  return row!.spec;
}
