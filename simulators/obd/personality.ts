/**
 * Adapters as they are sold: what their chip knows, what it lacks, and what it does wrong. From the ELM327 data sheets
 * (v1.4b, v2.1), the STN1100 manual, and reports of users about clones (field notes on OBD-II, "Clones").
 */
export interface Personality {
  /** What `ATI` and the reset say; with clones mostly untrue. */
  readonly version: string;
  /** What `AT@1` says. */
  readonly description: string;
  /** `STI` and `STDI` of an STN chip. */
  readonly stn: { readonly firmware: string; readonly device: string } | null;
  /** What its voltmeter says for ever; null: it measures. */
  readonly volts: number | null;
  /** It wakes from its sleep when the voltage changes (`VCHG WAKE` of an STN chip). */
  readonly wakesItself: boolean;
  /** Commands (without `AT`, letters alone where any argument is meant) that it answers with `?`. */
  readonly lacks: readonly string[];
  /** Time of a reset (`ATZ`), ms; a warm start takes a tenth. */
  readonly resetMs: number;
  /** Time to find the protocol, ms. */
  readonly searchMs: number;
  /** Time from request to answer, ms. */
  readonly latencyMs: number;
  /** How long it waits for further answers after the last, when no digit tells how many there are; ms. */
  readonly waitMs: number;
  /** How long it waits for answers that do not come, ms. */
  readonly timeoutMs: number;
  /** The digit that says how many lines to wait for: obeyed, taken no notice of, or not understood. */
  readonly digit: 'obeyed' | 'ignored' | 'unknown';
  /** It repeats commands, whatever it is told. */
  readonly echoStuck: boolean;
  /** It says nothing any more after an answer of more lines, until a reset. */
  readonly freezesAbove: number | null;
  /** Lines that it can hold; of a longer answer it prints these and `BUFFER FULL`. */
  readonly lineBuffer: number | null;
  /** It forgets the end of the line after `SEARCHING...`. */
  readonly swallowsLineEnd: boolean;
  /** Bytes of noise before its banner. */
  readonly bannerNoise: readonly number[];
  /** Bits per second that it listens at; null: whatever it is spoken to with. */
  readonly baud: number | null;
}

const ELM: Personality = {
  version: 'ELM327 v2.1',
  description: 'OBDII to RS232 Interpreter',
  stn: null,
  volts: null,
  wakesItself: false,
  lacks: [],
  resetMs: 500,
  searchMs: 1_500,
  latencyMs: 10,
  waitMs: 0,
  timeoutMs: 200,
  digit: 'obeyed',
  echoStuck: false,
  freezesAbove: null,
  lineBuffer: null,
  swallowsLineEnd: false,
  bannerNoise: [],
  baud: null,
};

/** By the name under which a test or a bench asks for them. */
export const PERSONALITIES = {
  /** The genuine chip. Its wait after the last answer is what the count digit saves. */
  'elm327-v2.1': { ...ELM, waitMs: 40 },
  /** The genuine chip of 2010: no low power, no `@3`, a wait that adapts less. */
  'elm327-v1.4b': { ...ELM, version: 'ELM327 v1.4b', lacks: ['LP', 'CTM', 'AMC', 'PPS'], waitMs: 80 },
  /** OBDLink with an STN chip: quick, and with commands of its own. */
  stn1110: {
    ...ELM,
    version: 'ELM327 v1.4b',
    stn: { firmware: 'STN1110 v4.2.0', device: 'OBDLink SX r4.2' },
    resetMs: 300,
    latencyMs: 4,
    waitMs: 20,
  },
  /** "v1.5" was never made: a clone of v1.4 without the newer commands. */
  'clone-v1.5': { ...ELM, version: 'ELM327 v1.5', lacks: ['LP', 'STPX', 'AMC', 'CRA', 'PPS'], waitMs: 60 },
  /** Calls itself v2.1 and does not know what v1.2 knew: no ATAL, ATTP, ATD, ATCAF, ATCFC. */
  'clone-false-v2.1': { ...ELM, lacks: ['AL', 'TP', 'D', 'CAF', 'CFC', 'R0', 'LP', '@1', 'AT'], waitMs: 60 },
  /** Repeats every command for ever, prints spaces and line feeds. */
  'clone-stuck-echo': { ...ELM, version: 'ELM327 v1.5', echoStuck: true, lacks: ['S', 'L', 'M', 'LP'], waitMs: 60 },
  /** Does not understand the digit that says how many answers to wait for. */
  'clone-no-digit': { ...ELM, version: 'ELM327 v1.5', digit: 'unknown', lacks: ['LP'], waitMs: 30 },
  /** Takes no notice of the digit. */
  'clone-deaf-digit': { ...ELM, version: 'ELM327 v2.1', digit: 'ignored', lacks: ['LP'], waitMs: 30 },
  /** Says nothing any more after an answer of more than six lines. */
  'clone-freezes': { ...ELM, version: 'ELM327 v2.1', freezesAbove: 6, lacks: ['LP', 'TP'], waitMs: 30 },
  /** Three lines of room, then `BUFFER FULL`. */
  'clone-small-buffer': { ...ELM, version: 'ELM327 v1.5', lineBuffer: 3, lacks: ['LP'], waitMs: 30 },
  /** Without headers nobody can tell control units apart. */
  'clone-no-headers': { ...ELM, version: 'ELM327 v2.1', lacks: ['H', 'DPN', 'RV', 'LP', 'ST', 'AT'], waitMs: 30 },
  /** Noise before the banner, no line end after the search, and slow at everything. */
  'clone-slow': {
    ...ELM,
    version: 'ELM327 v1.5',
    swallowsLineEnd: true,
    bannerNoise: [0xfc, 0x00],
    resetMs: 1_500,
    searchMs: 4_000,
    latencyMs: 100,
    waitMs: 200,
    lacks: ['LP', 'AT'],
  },
} as const satisfies Record<string, Personality>;

export type PersonalityName = keyof typeof PERSONALITIES;
