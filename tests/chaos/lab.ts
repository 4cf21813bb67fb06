import { messageOf } from '../../protocols/error.ts';
import { check, type Findings } from './check.ts';
import { endAll } from './child.ts';
import { KINDS } from './kinds.ts';
import { Random } from './random.ts';
import { openWorld } from './world.ts';

export interface LabPlan {
  readonly seed: number;
  /** Ends after this time; each kind has run once by then where there is time enough. */
  readonly minutes: number;
  /** Names of the kinds to be run; all where left out. */
  readonly kinds?: readonly string[];
  /** So often at most each. */
  readonly rounds?: number;
  /** Leave logs and stores for a person to look at. */
  readonly keep?: boolean;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Report {
  readonly seed: number;
  readonly seconds: number;
  /** Kinds that ran, and how often. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Faults that really happened. */
  readonly faultsMade: Readonly<Record<string, number>>;
  /** Longest time until things moved again, ms. */
  readonly slowestMs: number;
  readonly findings: Findings;
}

/** Runs kinds of faults in a seeded order against the running system, and then asks the oracle. */
export async function runLab({
  seed,
  minutes,
  kinds,
  rounds = Number.POSITIVE_INFINITY,
  keep = false,
  say,
  signal,
}: LabPlan): Promise<Report> {
  const random = new Random(seed);
  const chosen = KINDS.filter((k) => kinds === undefined || kinds.includes(k.name));
  const began = performance.now();
  const until = began + minutes * 60_000;
  const ran: Record<string, number> = {};
  let slowestMs = 0;
  const world = await openWorld(say, keep);
  try {
    slowestMs = await world.recover('the start');
    say(`up after ${seconds(performance.now() - began)}; seed ${seed}, ${chosen.length} kinds`);
    for (let round = 0; round < rounds && performance.now() < until && !isOver(signal); round++) {
      for (const kind of shuffled(chosen, random)) {
        if (isOver(signal) || (performance.now() > until && Object.hasOwn(ran, kind.name))) break;
        const from = performance.now();
        const before = world.faults.length;
        const skipped = await kind.run(world, random).catch((e: unknown) => {
          world.faults.push(`${kind.name}: ${messageOf(e)}`);
        });
        if (skipped) {
          say(`         ${kind.name} is left out: ${skipped}`);
          continue;
        }
        const ms = await world.recover(kind.name);
        slowestMs = Math.max(slowestMs, ms);
        ran[kind.name] = (ran[kind.name] ?? 0) + 1;
        const broken = world.faults.slice(before);
        say(
          `${seconds(performance.now() - began).padStart(7)}  ${kind.name.padEnd(20)} ${seconds(performance.now() - from)}, moves again after ${seconds(ms)}${broken.map((f) => `\n         ! ${f}`).join('')}`,
        );
      }
    }
    await world.pause();
    await world.drained().catch((e: unknown) => world.faults.push(`liveness: ${(e as Error).message}`));
    await world.stopGateway();
    const faultsMade = Object.fromEntries([...world.proxy.counts, ...world.counts]);
    for (const name of Object.keys(ran))
      if (!happened(name, faultsMade)) world.faults.push(`${name}: it never happened`);
    const findings = await check(world);
    return {
      seed,
      seconds: Math.round((performance.now() - began) / 1_000),
      kinds: ran,
      faultsMade,
      slowestMs,
      findings,
    };
  } finally {
    await world.close();
    await endAll();
  }
}

const isOver = (signal?: AbortSignal) => signal?.aborted === true;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function happened(kind: string, made: Record<string, number>): boolean {
  const names = /^\d+$/.test(kind) ? [`status-${kind}`] : kind === 'html' ? ['status-200'] : [kind, 'replay'];
  return names.some((n) => (made[n] ?? 0) > 0);
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  const out = [...all];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
