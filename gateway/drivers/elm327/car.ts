import { asMeant, learnManners, type Manners } from '../../../protocols/obd/manner.ts';
import { PIDS, signalsOf } from '../../../protocols/obd/pids.ts';
import { monitorsIncomplete } from '../../../protocols/obd/readiness.ts';
import { answersTo, vinOf } from '../../../protocols/obd/services.ts';
import type { Steps } from '../../../protocols/obd/steps.ts';
import type { Reading, ReadingValue } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Adapter } from './adapter.ts';
import type { Outcome } from './inquiry.ts';
import type { Talk } from './talk.ts';

export interface Identity {
  readonly vin: string;
  /** The control unit that told it. */
  readonly source: string | null;
}

/** What came of asking: the readings, and how the asking ended. */
export interface Round {
  readonly outcome: Outcome;
  readonly readings: readonly Reading[];
}

/** Everything that is said of one car carries its name. */
export type Say = (signal: SignalName, value: ReadingValue, part: string | null) => Reading;

/** Leads a conversation with the car over the adapter; it ends early when the adapter or the bus is lost. */
function* through<T>(adapter: Adapter, steps: Steps<T>): Talk<{ readonly value: T } | { readonly lost: Outcome }> {
  let step = steps.next();
  while (!step.done) {
    const { request, to } = step.value;
    const { outcome, messages } = yield* adapter.ask(request, to);
    if (outcome === 'reset' || outcome === 'hardware') return { lost: outcome };
    step = steps.next(messages);
  }
  return { value: step.value };
}

/** The VIN and who told it; `null` when no control unit tells one. */
export function* readIdentity(
  adapter: Adapter,
): Talk<{ readonly outcome: Outcome; readonly identity: Identity | null }> {
  const modern = adapter.bus?.dialect.name === 'j1979-2';
  const { outcome, messages } = yield* adapter.ask(modern ? '22F802' : '0902');
  // 22 F802 carries the seventeen characters alone, in some cars with the count of service 09 before them.
  const answers = modern
    ? messages.map((m) => ({ source: m.source, data: [1, ...m.bytes.slice(3).slice(-17)], can: true }))
    : answersTo('0902', messages);
  for (const answer of answers) {
    const vin = vinOf(answer);
    if (vin !== null) return { outcome, identity: { vin, source: answer.source } };
  }
  return { outcome, identity: null };
}

/** Parameters that some control unit supports and that are signals of the gateway, and how the units mean them. */
export function* readWanted(
  adapter: Adapter,
): Talk<{ readonly pids: readonly number[]; readonly manners: Manners } | { readonly lost: Outcome }> {
  const { dialect } = adapter.bus!;
  const told = yield* through(adapter, dialect.supported());
  if ('lost' in told) return told;
  if (told.value.length === 0) return { lost: 'silent' };
  const all = new Set(told.value.flatMap((t) => t.value));
  const pids = PIDS.map((p) => p.pid).filter((pid) => all.has(pid));
  const manners = yield* through(adapter, learnManners(dialect, pids, all));
  return 'lost' in manners ? manners : { pids, manners: manners.value };
}

/** Live values: one request. `heard` are the parameters that somebody answered. */
export function* readLive(
  adapter: Adapter,
  pids: readonly number[],
  manners: Manners,
  say: Say,
): Talk<Round & { readonly heard: ReadonlySet<number> }> {
  const { dialect } = adapter.bus!;
  const { outcome, messages } = yield* adapter.ask(dialect.liveRequest(pids));
  const values = asMeant(dialect.liveValues(pids, messages), manners).filter((v) => pids.includes(v.pid));
  const readings = values.flatMap((v) =>
    signalsOf(v.pid, v.readings).map(({ signal, value }) => say(signal, value, v.unit)),
  );
  return { outcome, readings, heard: new Set(values.map((v) => v.pid)) };
}

const RPM = 0x0c;

/** The fastest engine speed that any unit tells, 1/min; null when nobody does. */
export function* engineSpeed(adapter: Adapter): Talk<number | null> {
  const { dialect } = adapter.bus!;
  const { messages } = yield* adapter.ask(dialect.liveRequest([RPM]));
  const told = dialect.liveValues([RPM], messages).flatMap((v) => v.readings.map((r) => r.value));
  const speeds = told.filter((value) => typeof value === 'number');
  return speeds.length === 0 ? null : Math.max(...speeds);
}

/** Lamp, stored and pending codes of every control unit. */
export function* readCodes(adapter: Adapter, say: Say): Talk<Round> {
  const { dialect } = adapter.bus!;
  const readings: Reading[] = [];
  const readiness = yield* through(adapter, dialect.readiness());
  if ('lost' in readiness) return { outcome: readiness.lost, readings };
  for (const { unit, value } of readiness.value) {
    if (value.lamp !== null) readings.push(say('obd.mil', value.lamp, unit));
  }
  const incomplete = monitorsIncomplete(readiness.value.map((r) => r.value));
  if (incomplete !== null) readings.push(say('obd.monitors-incomplete', incomplete, null));
  for (const [stage, signal] of STAGES) {
    const told = yield* through(adapter, dialect.codes(stage));
    if ('lost' in told) return { outcome: told.lost, readings };
    for (const { unit, value } of told.value) {
      readings.push(
        say(
          signal,
          value.map((c) => c.code),
          unit,
        ),
      );
    }
  }
  return { outcome: 'answered', readings };
}

const STAGES = [
  ['stored', 'obd.codes.stored'],
  ['pending', 'obd.codes.pending'],
] as const;
