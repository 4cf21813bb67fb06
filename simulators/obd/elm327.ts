import type { DeviceLine } from '../device-line.ts';
import { printAnswers } from './print.ts';
import { applySetting, factorySettings, type Settings } from './settings.ts';
import { BUSES, type Vehicle } from './vehicle.ts';

export interface Elm327Options {
  readonly line: DeviceLine;
  readonly vehicle?: Vehicle | null;
  /** What `ATI` and the reset say. */
  readonly version?: string;
  /** Commands (without `AT`) that this chip answers with `?`, as clones do. */
  readonly lacks?: readonly string[];
  /** Time of a reset, ms. */
  readonly resetMs?: number;
  /** Time to find the protocol, ms. */
  readonly searchMs?: number;
  /** Time from request to answer, ms. */
  readonly latencyMs?: number;
  /** How long it waits for answers that do not come, ms. */
  readonly timeoutMs?: number;
  /** Byte that the control units fill CAN frames with. */
  readonly padding?: number;
}

/** Faults to inject into the next replies. */
interface Elm327Faults {
  /** Prompts to leave out. */
  dropPrompts: number;
  /** Say this instead of the next answers from the car. */
  say: string[];
  /** Bytes to put before the next reply. */
  noise: Uint8Array | null;
  /** Take commands, say nothing. */
  mute: boolean;
}

export interface Elm327Simulator {
  /** Puts the adapter into a car, or pulls it out. It stays powered, as over USB. */
  plug(vehicle: Vehicle | null): void;
  /** The supply breaks down and comes back: all settings are lost. */
  brownOut(): void;
  readonly faults: Elm327Faults;
  /** Everything it was told, for those who ask what went over the wire. */
  readonly heard: readonly string[];
  /** Stops all timers. */
  close(): void;
}

/**
 * An ELM327 on its line, written from the data sheet (v2.1): echo, spaces, line feeds, headers, `SEARCHING...`, `?`, the
 * prompt; any byte that comes while it is busy stops what it does.
 */
export function createElm327Simulator(options: Elm327Options): Elm327Simulator {
  const { line, version = 'ELM327 v1.5', lacks = [], padding = 0xaa } = options;
  const { resetMs = 500, searchMs = 1_500, latencyMs = 10, timeoutMs = 200 } = options;
  let settings: Settings = factorySettings();
  let vehicle: Vehicle | null = options.vehicle ?? null;
  let connected = false;
  let typed = '';
  let last = '';
  let job: NodeJS.Timeout | null = null;
  const heard: string[] = [];
  const faults: Elm327Faults = { dropPrompts: 0, say: [], noise: null, mute: false };

  const newline = () => (settings.linefeeds ? '\r\n' : '\r');
  const print = (lines: readonly string[]) => line.write(lines.map((l) => l + newline()).join(''));
  const prompt = () => {
    job = null;
    if (faults.dropPrompts > 0) faults.dropPrompts -= 1;
    else line.write(`${newline()}>`);
  };
  const reply = (...lines: string[]) => {
    if (faults.noise) line.write(faults.noise);
    faults.noise = null;
    print(lines);
    prompt();
  };
  const later = (ms: number, action: () => void) => {
    job = setTimeout(action, ms);
  };

  line.onData((bytes) => {
    for (const value of bytes) take(value);
  });

  function take(value: number): void {
    if (job !== null) {
      clearTimeout(job);
      reply('STOPPED');
      return;
    }
    if (value === 0) return;
    const char = String.fromCharCode(value);
    if (settings.echo) line.write(char);
    if (char !== '\r') {
      if (value > 0x20 && typed.length < 256) typed += char.toUpperCase();
      return;
    }
    if (settings.echo && settings.linefeeds) line.write('\n');
    // A bare carriage return repeats the last command.
    last = typed === '' ? last : typed;
    typed = '';
    heard.push(last);
    if (!faults.mute) obey(last);
  }

  function obey(command: string): void {
    if (command.startsWith('AT')) later(1, () => obeyAt(command.slice(2)));
    else if (/^[0-9A-F]{2,15}$/.test(command)) ask(command);
    else later(1, () => reply('?'));
  }

  function obeyAt(command: string): void {
    const words = wordsFor(command);
    if (lacks.includes(command)) {
      reply('?');
    } else if (command === 'Z' || command === 'WS') {
      connected = false;
      later(command === 'Z' ? resetMs : Math.min(50, resetMs), reset);
    } else if (command === 'D') {
      settings = factorySettings();
      reply('OK');
    } else if (words !== null) {
      reply(words);
    } else if (applySetting(settings, command)) {
      if (/^([ST]P|PC)/.test(command)) connected = false;
      reply('OK');
    } else {
      reply('?');
    }
  }

  /** Commands that answer in words; null for all others. */
  function wordsFor(command: string): string | null {
    switch (command) {
      case 'I':
        return version;
      case '@1':
        return 'OBDII to RS232 Interpreter';
      case 'RV':
        // Without a car pin 16 floats.
        return `${(vehicle?.now().voltage ?? 0.2).toFixed(1)}V`;
      case 'DPN':
        return `${settings.automatic && settings.protocol !== '0' ? 'A' : ''}${settings.protocol}`;
      default:
        return null;
    }
  }

  function reset(): void {
    settings = factorySettings();
    line.write('\r\n\r\n');
    reply(version);
  }

  /** A request to the car: hexadecimal digits; an odd last one says how many answers to wait for. */
  function ask(command: string): void {
    const digits = command.length % 2 === 0 ? command : command.slice(0, -1);
    const expected = command.length % 2 === 0 ? null : Number.parseInt(command.at(-1)!, 16);
    const request = digits.match(/../g)!.map((d) => Number.parseInt(d, 16));
    if (connected) {
      later(latencyMs, () => answer(request, expected));
      return;
    }
    const searching = settings.automatic;
    if (searching) line.write(`SEARCHING...${newline()}`);
    later(searching ? searchMs : latencyMs, () => {
      const fits = vehicle !== null && (searching || BUSES[vehicle.bus] === settings.protocol);
      if (!vehicle || !fits || vehicle.answer([0x01, 0x00]).length === 0) {
        reply(searching ? 'UNABLE TO CONNECT' : 'NO DATA');
        return;
      }
      settings.protocol = BUSES[vehicle.bus];
      connected = true;
      answer(request, expected);
    });
  }

  function answer(request: readonly number[], expected: number | null): void {
    const instead = faults.say.shift();
    const there = vehicle !== null && BUSES[vehicle.bus] === settings.protocol;
    const answers = there ? vehicle!.answer(request) : [];
    const { headers, spaces } = settings;
    if (instead !== undefined) {
      reply(instead);
    } else if (answers.length === 0) {
      later(timeoutMs, () => reply('NO DATA'));
    } else {
      const taken = expected === null ? answers : answers.slice(0, expected);
      reply(...printAnswers(taken, { bus: vehicle!.bus, headers, spaces, padding }));
    }
  }

  return {
    plug: (next) => {
      vehicle = next;
    },
    brownOut: () => {
      if (job !== null) clearTimeout(job);
      job = null;
      typed = '';
      connected = false;
      settings = factorySettings();
      reply('LV RESET');
    },
    faults,
    heard,
    close: () => {
      if (job !== null) clearTimeout(job);
      job = null;
    },
  };
}
