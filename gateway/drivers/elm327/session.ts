import { LiftgateError, messageOf } from '../../../protocols/error.ts';
import type { LiveValues } from '../../../protocols/obd/dialect.ts';
import type { Message } from '../../../protocols/obd/frame.ts';
import { asMeant, type Manners } from '../../../protocols/obd/manner.ts';
import { type CarScan, scanCar } from '../../../protocols/obd/scan.ts';
import { follow, type Steps } from '../../../protocols/obd/steps.ts';
import { openLine } from '../line.ts';
import { pause } from '../pause.ts';
import { Adapter, createMemory, type Memory } from './adapter.ts';
import { baudsFrom } from './attach.ts';
import { DIALECTS } from './dialects.ts';
import { createExchange, type Exchange, type Spoken } from './exchange.ts';
import { Schedule } from './schedule.ts';

/** One conversation with one car, held by a person at a command line and not by the gateway. */
export interface Session {
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  /** From the opening of the line to the first positive answer of a control unit. */
  readonly connectMs: number;
  /** Volts at pin 16; null when the adapter cannot tell. */
  voltage(): Promise<number | null>;
  /** Everything that can be learned from the car without changing anything in it. */
  scan(): Promise<CarScan>;
  /** Leads any other conversation with the car. */
  ask<T>(steps: Steps<T>): Promise<T>;
  /** Asks for parameters, each as often as the cap allows, until aborted. */
  watch(pids: readonly number[], options: WatchOptions, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface WatchOptions {
  /** Requests per second that a control unit may get; `Infinity`: as many as adapter and car take. */
  readonly cap: number;
  /** Parameters in one request at most. */
  readonly batch?: number;
  /** How the control units mean them (`learnManners`); left out: the usual way. */
  readonly manners?: Manners;
  /** What came for one request, as the control units mean it. */
  readonly onValues: (values: readonly LiveValues[]) => void;
}

/** Why there is no conversation: the step that failed, what was heard, and what a person may try. */
export interface Failure {
  readonly step: 'open the line' | 'find the adapter' | 'find a control unit';
  readonly heard: string;
  readonly advice: string;
}

export interface SessionOptions {
  readonly port: string;
  readonly baud: number;
  readonly signal: AbortSignal;
  readonly memory?: Memory;
  readonly open?: typeof openLine;
  readonly onSpoken?: (spoken: Spoken) => void;
  /** What is being done now, for a person who waits. */
  readonly onStep?: (step: string) => void;
}

const ATTEMPTS = 2;
const RESETS_MAX = 2;
const USUAL: Manners = new Map();

/** Opens the line, finds the adapter, finds a control unit. Each can fail, and says how. */
export async function openSession(options: SessionOptions): Promise<{ session: Session } | { failure: Failure }> {
  const { port, baud, signal, memory = createMemory(), open = openLine, onSpoken, onStep = () => {} } = options;
  const began = performance.now();
  onStep(`opening ${port}`);
  let line: Awaited<ReturnType<typeof openLine>>;
  try {
    line = await open({ port, baud }, signal);
  } catch (e) {
    return { failure: { step: 'open the line', heard: messageOf(e), advice: adviceOnLine(e) } };
  }
  const exchange = createExchange({ line, port, ...(onSpoken === undefined ? {} : { onSpoken }) });
  const abort = () => exchange.end();
  signal.addEventListener('abort', abort, { once: true });
  const close = async () => {
    signal.removeEventListener('abort', abort);
    exchange.end();
    await line.close();
  };
  const adapter = new Adapter(memory, DIALECTS);
  const bauds = line.setBaud === undefined ? [] : baudsFrom(baud);
  try {
    const failure = await connect();
    if (failure === null) return { session: session(performance.now() - began) };
    await close();
    return { failure };
  } catch (e) {
    await close();
    const step = adapter.facts === null ? 'find the adapter' : 'find a control unit';
    return {
      failure: { step, heard: messageOf(e), advice: 'check the cable or the Wi-Fi, and unplug the adapter once' },
    };
  }

  async function connect(): Promise<Failure | null> {
    for (let attempt = 0, cold = false; ; attempt++) {
      onStep('looking for the adapter');
      const attached = await exchange.hold(adapter.attach(bauds, cold));
      if (attached.outcome === 'failed') return noAdapter(attached.heard, attached.tried);
      onStep(`adapter ${attached.facts.version ?? 'without a name'}; looking for a control unit`);
      const search = await exchange.hold(adapter.connect(attached.facts.warm ? 'search' : 'walk'));
      if (search.outcome === 'found') return null;
      if (search.outcome === 'reset' && attempt + 1 < ATTEMPTS) continue;
      // What a gentle reset has left in it may be what stands in the way.
      if (search.outcome === 'none' && attached.facts.warm) {
        cold = true;
        continue;
      }
      const said = search.heard.join('; ');
      const again = `the adapter was reset again and again${said === '' ? '' : ` (${said})`}`;
      const heard = search.outcome === 'reset' ? again : said;
      const advice =
        search.advice ??
        'switch the ignition on (the engine need not run), and check that the adapter sits firmly in the socket';
      return { step: 'find a control unit', heard, advice };
    }
  }

  /** An adapter that has lost its settings is set up again; what has frozen it twice is left unanswered then. */
  async function ask(request: string, to: string | null): Promise<readonly Message[]> {
    for (let attempt = 0; ; attempt++) {
      const { outcome, messages } = await exchange.hold(adapter.ask(request, to));
      if (outcome === 'hardware' || (outcome === 'reset' && attempt >= RESETS_MAX)) {
        const why =
          outcome === 'reset' ? 'it was reset again and again' : 'FB ERROR: it cannot drive the bus; try another';
        throw new LiftgateError('unreachable', `the adapter on ${port} failed at ${request} (${why})`, {
          about: port,
        });
      }
      if (outcome !== 'reset') return messages;
      const failure = await connect();
      if (failure !== null)
        throw new LiftgateError('unreachable', `${failure.step}: ${failure.heard}`, { about: port });
    }
  }

  function session(connectMs: number): Session {
    const { format, dialect } = adapter.bus!;
    const largest = adapter.largestBatch;
    const scanned = { batch: largest, can: format.bus.startsWith('can') && format.headers };
    return {
      adapter,
      exchange,
      connectMs: Math.round(connectMs),
      voltage: async () => (await exchange.hold(adapter.voltage())).volts,
      scan: () => follow(scanCar(dialect, scanned), ({ request, to }) => ask(request, to)),
      ask: (steps) => follow(steps, ({ request, to }) => ask(request, to)),
      watch: async (pids, { cap, batch = largest, manners = USUAL, onValues }, stop) => {
        const wants = pids.map((pid) => ({ pid, everyMs: 0, priority: 'live' as const }));
        const schedule = new Schedule(wants, { cap, batch: Math.min(batch, largest) }, performance.now());
        while (!stop.aborted) {
          const plan = schedule.next(performance.now());
          if (plan.kind === 'wait') {
            // Parked for ever is too long for a timer.
            await pause(Math.min(1_000, plan.until - performance.now()), stop);
            continue;
          }
          schedule.asked(performance.now());
          const messages = await ask(adapter.bus!.dialect.liveRequest(plan.pids), null);
          const values = adapter.bus!.dialect.liveValues(plan.pids, messages);
          if (values.length === 0 && plan.pids.length > 1) schedule.limit(1);
          schedule.heard(plan.pids, new Set(values.map((v) => v.pid)), performance.now());
          if (values.length > 0) onValues(asMeant(values, manners));
        }
      },
      close,
    };
  }
}

function noAdapter(heard: string, tried: string): Failure {
  return {
    step: 'find the adapter',
    heard: `${heard}, after ${tried}`,
    advice: 'is it an ELM327, has it power (a lamp), and is no other program using it? try another --baud',
  };
}

function adviceOnLine(e: unknown): string {
  if (e instanceof LiftgateError && e.code === 'busy') return 'close the other program, or stop the gateway meanwhile';
  if (e instanceof LiftgateError && e.code === 'denied')
    return 'ask for the right to use the port, mostly the group dialout';
  return 'plug the adapter in, pair it, or join its Wi-Fi; ls /dev/serial/by-id shows the ports';
}
