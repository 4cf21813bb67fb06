import type { DeviceLine } from '../device-line.ts';
import { BUSES, ecuAt, isCan } from './bus.ts';
import { PERSONALITIES, type Personality, type PersonalityName } from './personality.ts';
import { printAnswers } from './print.ts';
import { applySetting, factorySettings, type Settings } from './settings.ts';
import type { Vehicle } from './vehicle.ts';

export interface Elm327Options extends Partial<Personality> {
  readonly line: DeviceLine;
  readonly vehicle?: Vehicle | null;
  /** Which adapter this is; a plain one that calls itself v1.5 if left out. Other options stand above it. */
  readonly personality?: PersonalityName;
  /** Byte that the control units fill CAN frames with. */
  readonly padding?: number;
  /** Bits per second that the other end speaks with, where the wire can tell. */
  readonly baudOf?: () => number;
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
  /** The last commands that it was told, for those who ask what went over the wire. */
  readonly heard: readonly string[];
  /** Commands that it was told since the start. */
  readonly count: number;
  readonly asleep: boolean;
  /** Stops all timers. */
  close(): void;
}

const PLAIN: Personality = { ...PERSONALITIES['elm327-v2.1'], version: 'ELM327 v1.5', waitMs: 0 };
/** `VCHG WAKE` as STN chips are delivered: 0.2 V within a second. */
const WAKE_V = 0.2;
const WAKE_MS = 100;
/** A demo runs for days. */
const HEARD_MAX = 20_000;

/**
 * An ELM327 on its line, written from the data sheet (v2.1): echo, spaces, line feeds, headers, `SEARCHING...`, `?`, the
 * prompt, low power; any byte that comes while it is busy stops what it does.
 */
export function createElm327Simulator(options: Elm327Options): Elm327Simulator {
  const { line, padding = 0xaa, baudOf } = options;
  const base = options.personality === undefined ? PLAIN : PERSONALITIES[options.personality];
  const chip: Personality = { ...base, ...options };
  let settings: Settings = factorySettings();
  let vehicle: Vehicle | null = options.vehicle ?? null;
  let connected = false;
  let typed = '';
  let last = '';
  let job: NodeJS.Timeout | null = null;
  let guard: NodeJS.Timeout | null = null;
  let frozen = false;
  let asleep = false;
  let count = 0;
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
  /** At once where there is nothing to wait for: a timer takes a millisecond at least. */
  const later = (ms: number, action: () => void) => {
    if (ms > 0) job = setTimeout(action, ms);
    else action();
  };

  line.onData((bytes) => {
    if (baudOf !== undefined && chip.baud !== null && baudOf() !== chip.baud) {
      // What is sent at another rate arrives as something else.
      line.write(Uint8Array.from(bytes, (b) => (b * 37 + 0x81) | 0x80));
      return;
    }
    for (const value of bytes) take(value);
  });

  function take(value: number): void {
    if (asleep) {
      wake();
      return;
    }
    if (job !== null) {
      clearTimeout(job);
      reply('STOPPED');
      return;
    }
    if (value === 0) return;
    const char = String.fromCharCode(value);
    if (settings.echo || chip.echoStuck) line.write(char);
    if (char !== '\r') {
      if (value > 0x20 && typed.length < 256) typed += char.toUpperCase();
      return;
    }
    if (settings.echo && settings.linefeeds) line.write('\n');
    // A bare carriage return repeats the last command.
    last = typed === '' ? last : typed;
    typed = '';
    count += 1;
    if (heard.length >= HEARD_MAX) heard.splice(0, HEARD_MAX / 2);
    heard.push(last);
    if (frozen && last !== 'ATZ' && last !== 'ATWS') return;
    if (!faults.mute) obey(last);
  }

  function obey(command: string): void {
    if (command.startsWith('AT')) later(chip.latencyMs > 0 ? 1 : 0, () => obeyAt(command.slice(2)));
    else if (command.startsWith('ST')) later(chip.latencyMs > 0 ? 1 : 0, () => obeySt(command.slice(2)));
    else if (/^[0-9A-F]{2,15}$/.test(command)) ask(command, settings.header);
    else later(1, () => reply('?'));
  }

  /** `E0` is lacking when `E0` itself or all of `E` is. */
  function lacks(command: string): boolean {
    return chip.lacks.includes(command) || chip.lacks.includes(/^[A-Z]+/.exec(command)?.[0] ?? '');
  }

  function obeyAt(command: string): void {
    const words = wordsFor(command);
    if (lacks(command)) {
      reply('?');
    } else if (command === 'Z' || command === 'WS') {
      connected = false;
      later(command === 'Z' ? chip.resetMs : Math.min(50, chip.resetMs), reset);
    } else if (command === 'D') {
      settings = factorySettings();
      reply('OK');
    } else if (command === 'LP') {
      sleep();
    } else if (words !== null) {
      reply(words);
    } else if (applySetting(settings, command)) {
      if (/^([ST]P|PC)/.test(command)) connected = false;
      reply('OK');
    } else {
      reply('?');
    }
  }

  /** `OK` without a carriage return (data sheet, "LP"), and nothing more. */
  function sleep(): void {
    line.write('OK');
    prompt();
    asleep = true;
    connected = false;
    if (!chip.wakesItself) return;
    const before = vehicle?.now().voltage ?? 0;
    guard = setInterval(() => {
      if (Math.abs((vehicle?.now().voltage ?? 0) - before) > WAKE_V) wake();
    }, WAKE_MS);
  }

  /** The byte that wakes it is lost; the chip comes back as from a warm start. */
  function wake(): void {
    asleep = false;
    if (guard !== null) clearInterval(guard);
    guard = null;
    later(20, reset);
  }

  /** Commands of the STN family; on all other chips they are not known. */
  function obeySt(command: string): void {
    if (chip.stn === null) return void reply('?');
    const transmit = /^PXH:([0-9A-F]+),D:([0-9A-F]+)(?:,R:\d+)?$/.exec(command);
    if (command === 'I') reply(chip.stn.firmware);
    else if (command === 'DI') reply(chip.stn.device);
    else if (command === 'SLEEP') sleep();
    else if (command === 'SLCS')
      reply('UART WAKE:   ON, 0-30000 us', `VCHG WAKE:   ${chip.wakesItself ? 'ON' : 'OFF'}, 0.20V IN 1000 ms`);
    else if (transmit) ask(transmit[2]!, transmit[1]!);
    else reply('?');
  }

  /** Commands that answer in words; null for all others. */
  function wordsFor(command: string): string | null {
    switch (command) {
      case 'I':
        return chip.version;
      case '@1':
        return chip.description;
      case 'RV':
        // Without a car pin 16 floats.
        return `${(chip.volts ?? vehicle?.now().voltage ?? 0.2).toFixed(1)}V`;
      case 'DPN':
        return `${settings.automatic && settings.protocol !== '0' ? 'A' : ''}${settings.protocol}`;
      default:
        return null;
    }
  }

  function reset(): void {
    settings = factorySettings();
    connected = false;
    frozen = false;
    line.write('\r\n\r\n');
    if (chip.bannerNoise.length > 0) line.write(Uint8Array.from(chip.bannerNoise));
    reply(chip.version);
  }

  /** A request to the car: hexadecimal digits; an odd last one says how many lines to wait for. */
  function ask(command: string, header: string | null): void {
    const odd = command.length % 2 === 1;
    if (odd && chip.digit === 'unknown') return void later(chip.latencyMs, () => reply('?'));
    const digits = odd ? command.slice(0, -1) : command;
    const expected = odd && chip.digit === 'obeyed' ? Number.parseInt(command.at(-1)!, 16) : null;
    const request = digits.match(/../g)!.map((d) => Number.parseInt(d, 16));
    if (connected) return void later(chip.latencyMs, () => answer(request, expected, header));
    if (settings.automatic) {
      line.write(`SEARCHING...${chip.swallowsLineEnd ? '' : newline()}`);
      later(chip.searchMs, () => {
        // The search itself asks 0100, which a car of J1979-2 does not answer (data sheet p. 37).
        if (!vehicle || vehicle.answer([0x01, 0x00]).length === 0) return void reply('UNABLE TO CONNECT');
        settings.protocol = BUSES[vehicle.bus];
        connected = true;
        answer(request, expected, header);
      });
      return;
    }
    later(chip.latencyMs, () => {
      const fits = vehicle !== null && BUSES[vehicle.bus] === settings.protocol && vehicle.now().state !== 'off';
      const isK = /^[345]$/.test(settings.protocol);
      if (!fits) return void reply(isK ? 'BUS INIT: ...ERROR' : notThere());
      connected = true;
      if (isK) print(['BUS INIT: ...OK']);
      answer(request, expected, header);
    });
  }

  /** A CAN that runs at another speed, or does not run, gives errors; at the right speed with other addresses nothing. */
  function notThere(): string {
    const rate = (protocol: string) => (protocol === '6' || protocol === '7' ? 500 : 250);
    if (!/^[6-9]$/.test(settings.protocol)) return 'NO DATA';
    const awake = vehicle !== null && isCan(vehicle.bus) && vehicle.now().state !== 'off';
    return awake && rate(BUSES[vehicle!.bus]) === rate(settings.protocol) ? 'NO DATA' : 'CAN ERROR';
  }

  function answer(request: readonly number[], expected: number | null, header: string | null): void {
    const instead = faults.say.shift();
    const there = vehicle !== null && BUSES[vehicle.bus] === settings.protocol;
    const answers = there ? vehicle!.answer(request, ecuAt(header, vehicle!.bus)) : [];
    const { headers, spaces } = settings;
    if (instead !== undefined) return void reply(instead);
    const wait = settings.wait === null ? null : settings.wait * 4;
    if (answers.length === 0) return void later(wait ?? chip.timeoutMs, () => reply('NO DATA'));
    const lines = printAnswers(answers, { bus: vehicle!.bus, headers, spaces, padding });
    if (chip.lineBuffer !== null && lines.length > chip.lineBuffer) {
      return void reply(...lines.slice(0, chip.lineBuffer), 'BUFFER FULL');
    }
    const taken = expected === null ? lines : lines.slice(0, expected);
    if (faults.noise) line.write(faults.noise);
    faults.noise = null;
    print(taken);
    if (chip.freezesAbove !== null && taken.length > chip.freezesAbove) {
      frozen = true;
      return;
    }
    const enough = expected !== null && lines.length >= expected;
    later(enough ? 0 : Math.min(wait ?? chip.waitMs, chip.waitMs), prompt);
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
      asleep = false;
      settings = factorySettings();
      reply('LV RESET');
    },
    faults,
    heard,
    get count() {
      return count;
    },
    get asleep() {
      return asleep;
    },
    close: () => {
      if (guard !== null) clearInterval(guard);
      guard = null;
      if (job !== null) clearTimeout(job);
      job = null;
    },
  };
}
