import type { CodeStage, Dialect } from './dialect.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import { reasonOf } from './refusal.ts';
import { refusals } from './services.ts';
import { askAll, type Steps } from './steps.ts';

/** What a car holds that is lost when its codes are cleared, and what must be known before that may be done. */
export interface BeforeClear {
  readonly dtcs: Readonly<Record<CodeStage, readonly string[]>>;
  readonly freezeFrames: readonly FreezeFrame[];
  /** Monitors that are complete and will have to run again; null: no unit tells. */
  readonly complete: number | null;
  /** The fastest that any unit tells, 1/min; null: nobody does. */
  readonly rpm: number | null;
  /** km/h */
  readonly speed: number | null;
}

const RPM = 0x0c;
const SPEED = 0x0d;
const STAGES = ['stored', 'pending', 'permanent'] as const;

/** Reads all that will be lost. */
export function* readBeforeClear(dialect: Dialect): Steps<BeforeClear> {
  const dtcs = yield* codesOf(dialect);
  const freezeFrames = yield* dialect.freezeFrames();
  const readiness = yield* dialect.readiness();
  const complete = readiness.flatMap((r) => r.value.monitors).filter((m) => m.complete).length;
  return {
    dtcs,
    freezeFrames,
    complete: readiness.length === 0 ? null : complete,
    rpm: yield* highest(dialect, RPM),
    speed: yield* highest(dialect, SPEED),
  };
}

/** What came of the clearing: who did it, who refused and why, and what is still there. */
export interface Cleared {
  readonly units: readonly (string | null)[];
  readonly refused: readonly { readonly unit: string | null; readonly words: string }[];
  readonly left: BeforeClear['dtcs'];
}

/** Clears: service 04, or 14 in cars of J1979-2. Only for who has asked `clearObjections` first. */
export function* clearCodes(dialect: Dialect): Steps<Cleared> {
  const messages = yield* askAll(dialect.clearRequest);
  const refused = refusals(messages).map(({ source, reason }) => ({ unit: source, words: reasonOf(reason).words }));
  const units = messages.filter((m) => dialect.cleared([m])).map((m) => m.source);
  return { units, refused, left: yield* codesOf(dialect) };
}

function* codesOf(dialect: Dialect): Steps<BeforeClear['dtcs']> {
  const found: Record<CodeStage, string[]> = { stored: [], pending: [], permanent: [] };
  for (const stage of STAGES) {
    const told = yield* dialect.codes(stage);
    found[stage] = [...new Set(told.flatMap((t) => t.value.map((c) => c.code)))].sort();
  }
  return found;
}

function* highest(dialect: Dialect, pid: number): Steps<number | null> {
  const told = dialect.liveValues([pid], yield* askAll(dialect.liveRequest([pid])));
  const values = told.flatMap((t) => t.readings.flatMap((r) => (typeof r.value === 'number' ? [r.value] : [])));
  return values.length === 0 ? null : Math.max(...values);
}
