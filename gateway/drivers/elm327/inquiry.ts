import { gravest } from '../../../protocols/obd/adapter-reply.ts';
import { joinLines, type Message } from '../../../protocols/obd/frame.ts';
import { bytesOf } from '../../../protocols/obd/hex.ts';
import type { AdapterFacts } from './attach.ts';
import { type Bus, isLost } from './bus.ts';
import { matchAnswers } from './match.ts';
import { command, type Heard, question, type Talk } from './talk.ts';

/**
 * - `answered`: at least one control unit gave a positive answer.
 * - `refused`: one was there, and said no.
 * - `silent`: nobody answered, for this once or for good.
 * - `too-long`: the answer was more than the adapter can take; ask for less at once.
 * - `no-bus`: the adapter cannot reach any control unit.
 * - `hardware`: the adapter cannot drive the bus.
 * - `reset`: the adapter has lost its settings and must be set up again.
 */
export type Outcome = 'answered' | 'refused' | 'silent' | 'too-long' | 'no-bus' | 'hardware' | 'reset';

export interface CarReply {
  readonly outcome: Outcome;
  readonly messages: readonly Message[];
}

/** What is learned while a car is being asked; it lives as long as the bus. */
export class Habits {
  /** Lines that a request got when nobody cut the wait short, and how often the short way was used since. */
  readonly lines = new Map<string, { readonly count: number; uses: number }>();
  /** The short way has failed so often that it is not worth it here. */
  digitFaults = 0;
  /** Header that the adapter sends with; null: its own, to all control units. */
  header: string | null = null;
  /** It takes answers from one address alone. */
  filtered = false;
  /** The slowest answer so far, ms. */
  worst = 0;
  answers = 0;
  /** What the adapter waits for further answers, in units of 4 ms; null: as the factory set it. */
  wait: number | null = null;
  /** Answers to somebody else's questions. */
  strays = 0;
  /** Requests after which the adapter had to be reset, with how often. */
  readonly freezes: Map<string, number>;

  constructor(freezes: Map<string, number>) {
    this.freezes = freezes;
  }
}

const CAR_MS = 3_000;
const PAUSES_MS = [100, 300, 900] as const;
/**
 * P2* of ISO 14229-2 is 5 s and begins anew with every 0x78; nobody is worth more than half a minute. Each try takes the
 * adapter's longest wait of a second. Who has an answer from others waits less.
 */
const PENDING_TRIES = 24;
const PENDING_TRIES_BESIDE = 8;
const PENDING_MS = 250;
/** Every so often nobody is cut short, so that a control unit that has woken meanwhile is heard. */
const RELEARN_USES = 50;
const DIGIT_FAULTS_MAX = 3;
/** The wait for further answers: twice the slowest, but not under 32 ms; learned from so many answers. */
const WAIT_LEAST_MS = 32;
const WAIT_MOST_MS = 200;
const WAIT_FROM = 20;
const WAIT_UNIT_MS = 4;

/** Asks the car, with each adapter reply's own recovery. `to`: one control unit, as `Message.source` writes it. */
export function* inquire(
  request: string,
  to: string | null,
  { bus, facts, habits }: { readonly bus: Bus; readonly facts: AdapterFacts; readonly habits: Habits },
): Talk<CarReply> {
  const none = (outcome: Outcome): CarReply => ({ outcome, messages: [] });
  // Some clones freeze on long answers; what froze one twice is left alone.
  if ((habits.freezes.get(request) ?? 0) >= 2) return none('silent');
  let repeats = 0;
  let pauses = 0;
  let pendings = 0;
  let patient = false;
  /** Answers that came while some other unit was still at work. */
  let early: readonly Message[] = [];
  /** With what came early from units that say nothing better now. */
  const withEarly = (messages: readonly Message[]): readonly Message[] => {
    const now = messages.filter(isAnswer);
    const before = early.filter((e) => !now.some((m) => m.source === e.source));
    return [...before, ...messages.filter((m) => isAnswer(m) || !before.some((e) => e.source === m.source))];
  };
  const answered = (messages: readonly Message[]): CarReply => ({ outcome: 'answered', messages: withEarly(messages) });
  for (;;) {
    const digit = patient ? null : shortWay(request, to, bus, facts, habits);
    const heard = yield* send(request, to, digit, { bus, facts, habits });
    if (heard.reset) habits.freezes.set(request, (habits.freezes.get(request) ?? 0) + 1);
    if (isLost(heard, bus.echoes)) return none('reset');
    const { reply } = heard;
    const joined = joinLines(reply?.data ?? [], bus.format, heard.times);
    const matched = matchAnswers(request, joined.messages);
    habits.strays += matched.strays;
    const grave = reply === null ? 'repeat' : gravest(reply);

    if (digit !== null && (!matched.positive || joined.faults.length > 0)) {
      // Cut short too early, or not understood at all: learn anew without.
      habits.lines.delete(request);
      habits.digitFaults += grave === 'absent' ? DIGIT_FAULTS_MAX : 1;
      patient = true;
      continue;
    }
    // A unit at work may say that it is busy when it is asked again.
    const working = matched.pending || (pendings > 0 && matched.busy);
    if (working && pendings++ < (matched.positive ? PENDING_TRIES_BESIDE : PENDING_TRIES)) {
      early = withEarly(matched.messages).filter(isAnswer);
      if (pendings === 1) yield* longestWait(habits);
      yield { pauseMs: PENDING_MS };
      patient = true;
      continue;
    }
    if (pendings > 0) yield* usualWait(habits);
    if (matched.busy || grave === 'pause') {
      // ISO 14229-1, 0x21: to be asked again. A round of live values waits but once for one that is busy beside others.
      const pauseMs = matched.positive && isLive(request) && pauses > 0 ? undefined : PAUSES_MS[pauses];
      pauses += 1;
      if (pauseMs !== undefined) {
        early = withEarly(matched.messages).filter(isAnswer);
        yield { pauseMs };
        continue;
      }
    }
    if (matched.positive && joined.faults.length === 0) {
      learn(request, digit, heard, habits);
      yield* tune(facts, bus, habits);
      return answered(matched.messages);
    }
    if (grave === 'shorten' && repeats > 0) return none('too-long');
    const spoilt = grave === 'repeat' || grave === 'shorten' || joined.faults.length > 0 || matched.strays > 0;
    if (spoilt && repeats++ === 0) {
      // Answers that belong to another question may still be on their way.
      if (matched.strays > 0 && !matched.positive) yield { pauseMs: 100 };
      patient = true;
      continue;
    }
    if (matched.positive || early.length > 0) return answered(matched.messages);
    if (matched.messages.length > 0) return { outcome: 'refused', messages: matched.messages };
    if (grave === 'no-bus' || grave === 'hardware') return none(grave);
    if (grave === 'silent' && habits.wait !== null) {
      yield* forgetWait(habits);
      patient = true;
      continue;
    }
    return none(grave === 'shorten' ? 'too-long' : 'silent');
  }
}

function isAnswer({ bytes }: Message): boolean {
  return bytes[0] !== 0x7f;
}

/** Values that are asked for again and again: parameters of service 01, but for bitmaps and readiness. */
function isLive(request: string): boolean {
  const pids = request.startsWith('01') ? (bytesOf(request.slice(2)) ?? []) : [];
  return pids.some((pid) => pid % 0x20 > 1);
}

/**
 * How many lines to wait for; null: as long as the adapter likes. Not on J1850 PWM, where frames that nobody takes stay
 * unacknowledged and block the bus (data sheet p. 32), and not for UDS, where a "response pending" would use it up.
 */
function shortWay(request: string, to: string | null, bus: Bus, facts: AdapterFacts, habits: Habits): number | null {
  if (to !== null || bus.protocol === '1' || bus.protocol === null || Number.parseInt(request.slice(0, 2), 16) > 0x0a) {
    return null;
  }
  if (habits.digitFaults >= DIGIT_FAULTS_MAX || facts.absent.has(DIGIT)) return null;
  const known = habits.lines.get(request);
  if (known === undefined || known.count > 15) return null;
  return ++known.uses % RELEARN_USES === 0 ? null : known.count;
}

/** The name under which the count digit stands among the commands that an adapter lacks. */
export const DIGIT = 'count digit';

function* send(
  request: string,
  to: string | null,
  digit: number | null,
  { bus, facts, habits }: { readonly bus: Bus; readonly facts: AdapterFacts; readonly habits: Habits },
): Talk<Heard> {
  const header = to === null ? null : headerTo(to, bus);
  if (header !== null && facts.stn !== null && !facts.absent.has('STPX')) {
    // One command for header and data.
    const heard = yield* question(`STPX H:${header},D:${request}`, CAR_MS);
    if (heard.reply === null || gravest(heard.reply) !== 'absent') return heard;
  }
  if (header !== habits.header) {
    const set = yield* command(`ATSH${header ?? functionalHeader(bus)}`);
    if (set.reset) return set;
    // Adapters take answers of 7E8 to 7EF, and of 18DAF1xx, by themselves; a maker's other addresses they must be told.
    const foreign = to !== null && !/^(7E[89A-F]|18DAF1..)$/.test(to);
    if (foreign) yield* command(`ATCRA${to}`);
    else if (habits.filtered) yield* command('ATAR');
    habits.filtered = foreign;
    habits.header = header;
  }
  return yield* question(digit === null ? request : `${request}${digit.toString(16).toUpperCase()}`, CAR_MS);
}

/** Physical address of a control unit: 7E8 is asked at 7E0, 18DAF110 at 18DA10F1 (ISO 15765-4). Null: not on this bus. */
function headerTo(source: string, { format }: Bus): string | null {
  if (format.bus === 'can-11') return (Number.parseInt(source, 16) - 8).toString(16).toUpperCase();
  if (format.bus === 'can-29') return `DA${source.slice(6)}F1`;
  return null;
}

function functionalHeader({ format }: Bus): string {
  return format.bus === 'can-11' ? '7DF' : 'DB33F1';
}

function learn(request: string, digit: number | null, heard: Heard, habits: Habits): void {
  habits.answers += 1;
  if (digit !== null) return;
  const count = heard.reply?.data.length ?? 0;
  if (count > 0) habits.lines.set(request, { count, uses: 0 });
  habits.worst = Math.max(habits.worst, heard.answerMs);
}

/** Shortens the adapter's wait for further answers to what this car needs; only where the count digit does not help. */
function* tune(facts: AdapterFacts, bus: Bus, habits: Habits): Talk<void> {
  if (habits.wait !== null || habits.answers < WAIT_FROM || facts.absent.has('ATST32')) return;
  const helps = habits.digitFaults < DIGIT_FAULTS_MAX && bus.protocol !== '1' && bus.dialect.name === 'j1979';
  const ms = Math.max(WAIT_LEAST_MS, 2 * habits.worst);
  if (helps || ms >= WAIT_MOST_MS) return;
  const wait = Math.ceil(ms / WAIT_UNIT_MS);
  yield* command(`ATST${wait.toString(16).toUpperCase().padStart(2, '0')}`);
  habits.wait = wait;
}

function* usualWait(habits: Habits): Talk<void> {
  if (habits.wait === null) return;
  yield* command('ATST32');
  habits.wait = null;
}

function* forgetWait(habits: Habits): Talk<void> {
  yield* usualWait(habits);
  // The next lesson takes a longer floor.
  habits.answers = 0;
  habits.worst = Math.max(habits.worst, WAIT_LEAST_MS) * 2;
}

/** A unit that works on its answer: wait as long as the adapter can. */
function* longestWait(habits: Habits): Talk<void> {
  yield* command('ATSTFF');
  habits.wait = 0xff;
}
