import type { Figures } from '../../simulators/score/figures.ts';
import type { Cell } from './cells.ts';

export interface Scored extends Cell {
  /** Liftgate first, then those that it is compared with. */
  readonly figures: Readonly<Record<string, Figures>>;
}

export interface Goal {
  readonly name: string;
  readonly goal: string;
  readonly value: number | null;
  readonly met: boolean;
}

interface Rule {
  readonly name: string;
  readonly sets: readonly string[];
  readonly models: readonly string[];
  readonly of: (f: Figures) => number | null;
  readonly limit: number;
  readonly least?: true;
  readonly unit: string;
}

const BURSTS = ['bursty 0.8', 'bursty 0.95'];
const USUAL = ['independent', 'bursty 0.8'];
const ROUGH = ['lost 5 %', 'doubled 5 %', 'late 10 %', 'lost, doubled, late'];
const TWO = ['full', 'camera+sensor'];
const worst = (f: Figures) => Math.max(f.enterLatency.p95 ?? 0, f.leaveLatency.p95 ?? 0);
const percent = (x: number | null) => (x === null ? null : 100 * x);

const RULES: readonly Rule[] = [
  { name: 'false flips a bay-day', sets: TWO, models: BURSTS, of: (f) => f.falseFlipsPerBayDay, limit: 0.2, unit: '' },
  {
    name: 'false flips a bay-day',
    sets: ['camera'],
    models: BURSTS,
    of: (f) => f.falseFlipsPerBayDay,
    limit: 1,
    unit: '',
  },
  {
    name: 'occupied-time error',
    sets: TWO,
    models: USUAL,
    of: (f) => percent(f.occupiedTimeError),
    limit: 0.5,
    unit: '%',
  },
  {
    name: 'occupied-time error',
    sets: ['camera'],
    models: USUAL,
    of: (f) => percent(f.occupiedTimeError),
    limit: 1.5,
    unit: '%',
  },
  {
    name: 'bay-minutes right',
    sets: [...TWO, 'camera', 'sensors'],
    models: ROUGH,
    of: (f) => percent(f.bayMinutesRight),
    limit: 99,
    least: true,
    unit: '%',
  },
  { name: 'latency p95, the slower way', sets: TWO, models: USUAL, of: worst, limit: 20, unit: 's' },
  { name: 'latency p95, the slower way', sets: ['camera'], models: USUAL, of: worst, limit: 150, unit: 's' },
  {
    name: 'start error p95',
    sets: [...TWO, 'camera'],
    models: USUAL,
    of: (f) => f.startError.p95,
    limit: 10,
    unit: 's',
  },
  {
    name: 'identity right within 60 s',
    sets: ['full', 'scans'],
    models: ['independent', ...ROUGH],
    of: (f) => percent(f.identity.right),
    limit: 98,
    least: true,
    unit: '%',
  },
];

/** What was aimed at, each at the worst cell that it is asked of. Rules whose cells were not run are left out. */
export function goalsOf(scored: readonly Scored[]): Goal[] {
  return RULES.flatMap((rule) =>
    rule.sets.flatMap((set) => {
      const cells = scored.filter((s) => s.set === set && rule.models.includes(s.model.name));
      return cells.map(({ model, figures }): Goal => {
        const value = rule.of(figures.Liftgate!);
        const met = value !== null && (rule.least ? value >= rule.limit : value <= rule.limit);
        const goal = `${rule.least ? '≥' : '≤'} ${rule.limit}${rule.unit === '' ? '' : ` ${rule.unit}`}`;
        return { name: `${rule.name}: ${set}, ${model.name}`, goal, value, met };
      });
    }),
  );
}
