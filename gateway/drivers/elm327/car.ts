import { decodePid, PIDS, type PidSpec } from '../../../protocols/obd/pids.ts';
import { BITMAPS, monitorStatus, request, supported, trouble, vinOf } from '../../../protocols/obd/services.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Adapter, CarReply, Outcome } from './adapter.ts';

/** The car on the other end, as far as it has been read. It lives until the car falls silent; the next is another. */
export interface Car {
  readonly vin: string | null;
  /** The control unit that told the VIN. */
  readonly source: string | null;
  /** One round of live values. `outcome` tells when the car has fallen silent or the adapter has lost its settings. */
  live(): Promise<Round>;
  /** Lamp, stored and pending codes; and is it still the same car? */
  codes(): Promise<Round & { readonly sameCar: boolean }>;
}

interface Round {
  readonly outcome: Outcome;
  readonly readings: readonly Reading[];
}

/** Parameters that change slowly are asked for in every tenth round. */
const SLOW = new Set<SignalName>(['obd.fuel-level', 'obd.ambient-air', 'obd.intake-air', 'obd.odometer']);
const SLOW_ROUNDS = 10;
/** A parameter that stayed unanswered this often is left alone until the next ignition cycle. */
const PARK_AFTER = 3;

/**
 * Reads who the car is: the VIN first, so that nothing is attributed before, then what it supports.
 * `first` is its positive answer to 0100.
 */
export async function meetCar(adapter: Adapter, device: string, clock: Clock, first: CarReply): Promise<Car> {
  const identity = await readVin(adapter);
  const vin = identity?.vin ?? null;
  const pids = await readSupported(adapter, first);
  const missed = new Map<number, number>();
  let rounds = 0;

  const say = (signal: SignalName, value: Reading['value'], part: string | null) =>
    reading(device, signal, value, clock(), { part, vin });

  async function values(spec: PidSpec): Promise<Round> {
    const { outcome, answers } = await adapter.car(request.live(spec.pid));
    if (outcome === 'answered') missed.delete(spec.pid);
    else missed.set(spec.pid, (missed.get(spec.pid) ?? 0) + 1);
    const readings = answers.flatMap((answer) => {
      const value = decodePid(spec, answer.data);
      return value === null ? [] : [say(spec.signal, value, answer.source)];
    });
    return { outcome, readings };
  }

  return {
    vin,
    source: identity?.source ?? null,
    live: async () => {
      const slow = rounds++ % SLOW_ROUNDS === 0;
      const readings: Reading[] = [];
      const due = PIDS.filter(
        (p) => pids.has(p.pid) && (slow || !SLOW.has(p.signal)) && (missed.get(p.pid) ?? 0) < PARK_AFTER,
      );
      let answered = false;
      for (const spec of due) {
        const round = await values(spec);
        if (round.outcome === 'reset') return { outcome: 'reset', readings };
        // One silent parameter is a whim; is anyone there at all?
        if (round.outcome !== 'answered') {
          const alive = await adapter.car(request.live(0));
          if (alive.outcome !== 'answered') return { outcome: alive.outcome, readings };
        }
        answered = true;
        readings.push(...round.readings);
      }
      if (!answered) return { outcome: (await adapter.car(request.live(0))).outcome, readings };
      return { outcome: 'answered', readings };
    },
    codes: async () => {
      const now = await readVin(adapter);
      const readings: Reading[] = [];
      // A VIN that comes late makes it another car too: one that is known now.
      const sameCar = now === null || now.vin === vin;
      if (!sameCar) return { outcome: 'answered', readings, sameCar };
      for (const { source, data } of (await adapter.car(request.live(1))).answers) {
        const status = monitorStatus(data);
        if (status) readings.push(say('obd.mil', status.lamp, source));
      }
      for (const [service, signal] of [
        [request.stored, 'obd.codes.stored'],
        [request.pending, 'obd.codes.pending'],
      ] as const) {
        const { outcome, answers } = await adapter.car(service);
        if (outcome === 'reset') return { outcome, readings, sameCar };
        for (const [source, codes] of bySource(answers)) readings.push(say(signal, codes, source));
      }
      return { outcome: 'answered', readings, sameCar };
    },
  };
}

/** The VIN and who told it; null when no control unit tells one. */
async function readVin(adapter: Adapter): Promise<{ vin: string; source: string | null } | null> {
  const { answers } = await adapter.car(request.vin);
  for (const answer of answers) {
    const vin = vinOf(answer);
    if (vin !== null) return { vin, source: answer.source };
  }
  return null;
}

/** Every parameter that some control unit supports. The last bit of each bitmap says whether there is a next one. */
async function readSupported(adapter: Adapter, first: CarReply): Promise<Set<number>> {
  const all = new Set<number>();
  for (const base of BITMAPS) {
    if (base > 0 && !all.has(base)) break;
    const { answers } = base === 0 ? first : await adapter.car(request.live(base));
    for (const answer of answers) for (const pid of supported(base, answer.data) ?? []) all.add(pid);
  }
  return all;
}

/** Codes of each control unit together: on the older buses one answer is several messages. */
function bySource(answers: CarReply['answers']): Map<string | null, string[]> {
  const all = new Map<string | null, string[]>();
  for (const answer of answers) {
    const codes = trouble(answer);
    if (codes !== null) all.set(answer.source, [...(all.get(answer.source) ?? []), ...codes]);
  }
  return all;
}
