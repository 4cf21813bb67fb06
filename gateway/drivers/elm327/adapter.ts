import { type AdapterReply, gravest } from '../../../protocols/obd/adapter-reply.ts';
import { type Format, formatOf, guessFormat, joinLines } from '../../../protocols/obd/frame.ts';
import { type Answer, answersTo } from '../../../protocols/obd/services.ts';
import type { Exchange } from './exchange.ts';

/**
 * - `answered`: at least one control unit gave a positive answer.
 * - `silent`: nobody did, for this once or for good.
 * - `no-bus`: the adapter cannot reach any control unit.
 * - `reset`: the adapter has lost its settings and must be initialised again.
 */
export type Outcome = 'answered' | 'silent' | 'no-bus' | 'reset';

export interface CarReply {
  readonly outcome: Outcome;
  readonly answers: readonly Answer[];
}

export interface Adapter {
  /** Resets the chip and makes it terse. Learns which commands it lacks. */
  initialise(): Promise<void>;
  /**
   * Looks for a car: by a new search, or with the protocol of the last time, which wakes and takes less. Connected means
   * a positive answer to 0100.
   */
  connect(search: boolean): Promise<CarReply>;
  /** Asks the car; a spoilt answer is asked for once more. */
  car(request: string): Promise<CarReply>;
  /** Battery voltage at pin 16 in V; null when the adapter cannot tell. */
  voltage(): Promise<number | null>;
  /** The name that the chip gives itself. */
  readonly version: string | null;
}

const COMMAND_MS = 2_000;
const RESET_MS = 3_000;
/** Slow clones overrun the data sheet's search times. */
const SEARCH_MS = 15_000;
const CAR_MS = 3_000;

/** Fewer bytes, and headers, which alone tell control units apart. `ATM0`: the car changes every time; spare the EEPROM. */
const SETTINGS = ['ATE0', 'ATL0', 'ATS0', 'ATH1', 'ATM0'] as const;

export function createAdapter(exchange: Exchange): Adapter {
  const lacks = new Set<string>();
  let version: string | null = null;
  let format: Format | null = null;

  /** Has the chip forgotten what it was told? It echoes again, shows its banner, or says so. */
  function isReset(reply: AdapterReply): boolean {
    const echoes = reply.echoed && !lacks.has('ATE0');
    return echoes || reply.words.includes('banner') || gravest(reply) === 'initialise';
  }

  async function ask(request: string, timeoutMs: number): Promise<CarReply & { readonly lines: readonly string[] }> {
    const none = (outcome: Outcome) => ({ outcome, answers: [], lines: [] });
    for (let attempt = 0; ; attempt++) {
      const reply = await exchange.ask(request, timeoutMs);
      if (exchange.takeReset() || (reply !== null && isReset(reply))) return none('reset');
      const found = reply === null ? [] : decode(request, reply.data);
      if (found.length > 0) return { outcome: 'answered', answers: found, lines: reply!.data };
      const asks = reply === null ? 'repeat' : gravest(reply);
      if (asks === 'no-bus') return none('no-bus');
      if (asks !== 'repeat' || attempt > 0) return none('silent');
    }
  }

  function decode(request: string, lines: readonly string[]): Answer[] {
    const known = format ?? guessFormat(lines);
    return known ? answersTo(request, joinLines(lines, known).messages) : [];
  }

  return {
    initialise: async () => {
      format = null;
      lacks.clear();
      await exchange.ask('ATZ', RESET_MS);
      exchange.takeReset();
      for (const command of SETTINGS) {
        const reply = await exchange.ask(command, COMMAND_MS);
        if (reply === null || gravest(reply) === 'absent') lacks.add(command);
      }
      version = (await exchange.ask('ATI', COMMAND_MS))?.lines[0] ?? null;
    },
    connect: async (search) => {
      if (search || format === null) {
        format = null;
        // ATPC forgets a bus that went wrong; ATSP0 searches anew and, unlike ATSP1 to C, writes no EEPROM.
        await exchange.ask('ATPC', COMMAND_MS);
        await exchange.ask('ATSP0', COMMAND_MS);
      }
      const reply = await ask('0100', SEARCH_MS);
      if (reply.outcome !== 'answered') return reply;
      const number = (await exchange.ask('ATDPN', COMMAND_MS))?.lines[0] ?? '';
      format = formatOf(number, !lacks.has('ATH1')) ?? guessFormat(reply.lines);
      return reply;
    },
    car: (request) => ask(request, CAR_MS),
    voltage: async () => {
      const reply = await exchange.ask('ATRV', COMMAND_MS);
      const volts = /^(\d{1,2}\.\d{1,2})V?$/.exec(reply?.lines.at(-1) ?? '')?.[1];
      return volts === undefined ? null : Number(volts);
    },
    get version() {
      return version;
    },
  };
}
