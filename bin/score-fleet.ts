import { runFleet } from './fleet/crew.ts';
import { BASELINES, calibrationOf, endedOf, type Figures, figuresOf } from './fleet/figures.ts';
import { type Order, type Outcome, SCORED } from './fleet/vehicle.ts';
import { wrong } from './use.ts';

interface Options {
  readonly json?: boolean;
  /** Vehicle-years to report on. */
  readonly years?: string;
  /** Report on the fleet that the detectors were tuned on, too. */
  readonly tune?: boolean;
}

const DAYS = 365;
/** The fleet whose finished cases set the widths of the windows, and the one that nothing was tuned on. */
const TUNE = 'tune';
const HELD = 'held';
const YEARS = 500;

/**
 * `liftgate score --fleet`: how early and how right the flags of a simulated fleet are, against its truth and against three
 * dumb baselines. Tuned on the cars of the seed "tune"; what is told here is of those of "held".
 */
export async function run(options: Options): Promise<number> {
  const years = Number(options.years ?? YEARS);
  if (!Number.isInteger(years) || years < 3 || years > 100_000)
    return wrong(`--years takes a whole number from 3 to 100,000, got "${options.years}"`);
  const started = performance.now();
  const tuned = await runFleet(ordersOf(TUNE, Math.ceil(years / 3), {}), (n) => progress(`${TUNE}: ${n}`));
  const ended = endedOf(tuned);
  const fleet = options.tune ? TUNE : HELD;
  // Cars of the same fleet that gave no case to the widths.
  const orders = options.tune ? ordersOf(TUNE, years, ended).slice(tuned.length) : ordersOf(HELD, years, ended);
  const held = await runFleet(orders, (n) => progress(`${fleet}: ${n} of ${orders.length}`));
  progress(null);
  const seconds = Math.round((performance.now() - started) / 1_000);
  const figures = [...SCORED, 'all' as const].map((f) => figuresOf(held, f));
  const baselines = BASELINES.map((b) => ({ name: b.name, ...figuresOf(held, 'all', b.alarms) }));
  const about = { fleet, vehicleYears: held.length, samples: held.reduce((n, o) => n + o.samples, 0), seconds };
  const calibration = calibrationOf(held);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ ...about, figures, baselines, calibration, byPowertrain: byPowertrain(held) }, null, 2)}\n`,
    );
  else process.stdout.write(table(about, figures, baselines, calibration, held));
  return 0;
}

function ordersOf(fleet: string, count: number, ended: Order['ended']): Order[] {
  return Array.from({ length: count }, (_, index) => ({ fleet, index, days: DAYS, ended }));
}

function byPowertrain(outcomes: readonly Outcome[]) {
  const kinds = [...new Set(outcomes.map((o) => o.powertrain))].sort();
  return kinds.map((powertrain) => {
    const mine = outcomes.filter((o) => o.powertrain === powertrain);
    return { powertrain, cars: mine.length, ...figuresOf(mine, 'all') };
  });
}

const share = (v: number) => (Number.isFinite(v) ? `${(100 * v).toFixed(1)} %` : '–');
const number = (v: number, digits = 1) => (Number.isFinite(v) ? v.toFixed(digits) : '–');

function table(
  about: { fleet: string; vehicleYears: number; samples: number; seconds: number },
  figures: readonly Figures[],
  baselines: readonly (Figures & { name: string })[],
  calibration: ReturnType<typeof calibrationOf>,
  held: readonly Outcome[],
): string {
  const head = [
    '',
    'failures',
    'available',
    'recall',
    'of all',
    'alarms',
    'precision',
    'false/year',
    'lead',
    'p10',
    'in window',
    'of',
    'width',
    'Brier',
    'cause',
  ];
  const row = (name: string, f: Figures) => [
    name,
    String(f.faults),
    String(f.available),
    share(f.recall),
    share(f.recallOfAll),
    String(f.raised),
    share(f.precision),
    number(f.falsePerYear, 3),
    `${number(f.lead.median, 0)} d`,
    `${number(f.lead.p10, 0)} d`,
    share(f.coverage),
    String(f.windows),
    `${number(f.width, 0)} d`,
    number(f.brier, 3),
    f.cause === null ? '–' : share(f.cause),
  ];
  const bytes = held.reduce((n, o) => n + o.bytes, 0) / held.length / 1_000;
  const rows = [
    head,
    ...figures.map((f) => row(f.flag, f)),
    ...baselines.map((b) => row(b.name, b)),
    ...byPowertrain(held).map((p) => row(p.powertrain, p)),
  ];
  const widths = head.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));
  const lines = rows.map((r) => r.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  '));
  const bins = calibration.map(
    (b) =>
      `  ${b.bin.padEnd(10)} ${String(b.alarms).padStart(5)} alarms, stated ${share(b.stated)}, came true ${share(b.true)}`,
  );
  return `${about.vehicleYears} vehicle-years of the fleet "${about.fleet}", ${about.samples} values, ${about.seconds} s; ${bytes.toFixed(1)} KB kept of a car and year

${lines.join('\n')}

stated confidence and what came true
${bins.join('\n')}
`;
}

/** One line that is written over on a terminal, and nothing where nobody looks; null: it is done. */
function progress(text: string | null): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(text === null ? '\r\x1b[K' : `\r${text} …`);
}
