import { PROTOCOLS } from '../gateway/drivers/elm327/bus.ts';
import type { Spoken } from '../gateway/drivers/elm327/exchange.ts';
import { messageOf } from '../protocols/error.ts';
import type { CodeList } from '../protocols/obd/code-list.ts';
import { learnManners } from '../protocols/obd/manner.ts';
import { PARAMETERS, parameterNamed } from '../protocols/obd/pids.ts';
import { fits, type Profile, profileSteps } from '../protocols/obd/profile.ts';
import { reportOf } from '../protocols/obd/report.ts';
import { toRfc3339 } from '../protocols/time.ts';
import { loadCodes, loadProfile } from './obd-files.ts';
import { baudOf, clearStep, type LineOptions, lineFault, step, withSession } from './obd-session.ts';
import { LANGUAGES, languageHere, scanText } from './obd-text.ts';
import { wrong } from './use.ts';

export interface ScanOptions extends LineOptions {
  readonly raw?: boolean;
  readonly profile?: string;
  readonly codes?: string;
  /** Of the report for people; left out: as the machine is set. */
  readonly lang?: string;
}

export interface WatchOptions extends LineOptions {
  readonly pids: string;
  readonly seconds: string;
  /** Left out: as fast as the adapter allows. */
  readonly cap?: string;
}

/** Lines of the raw record; a scan has some hundreds. */
const FRAMES_MAX = 20_000;

/**
 * Reads everything that a car tells without being changed, and prints one report for people or one JSON object.
 * @returns exit code 0; 1 when no control unit answered, the car fell silent or the line broke; 2 for wrong use.
 */
export async function scan(options: ScanOptions): Promise<number> {
  const baud = baudOf(options.baud);
  const fault = lineFault(options.port);
  if (fault !== null) return wrong(fault);
  if (baud === null) return wrong(`--baud takes a rate in bit/s, such as 38400, got "${options.baud}"`);
  const language = options.lang === undefined ? languageHere() : LANGUAGES.find((l) => l === options.lang);
  if (language === undefined) return wrong(`--lang takes ${LANGUAGES.join(' or ')}, got "${options.lang}"`);
  let profile: Profile | null = null;
  let list: CodeList | null = null;
  try {
    if (options.profile !== undefined) profile = await loadProfile(options.profile);
    if (options.codes !== undefined) list = await loadCodes(options.codes);
  } catch (e) {
    return wrong(messageOf(e));
  }
  for (const mistake of list?.faults ?? []) process.stderr.write(`${options.codes}: ${mistake}\n`);
  const frames: object[] = [];
  const began = performance.now();
  const onSpoken = ({ at, tookMs, said, lines }: Spoken) => {
    if (frames.length < FRAMES_MAX)
      frames.push({ ms: Math.round(at - began), tookMs: Math.round(tookMs), said, heard: lines });
    // A scan takes seconds: show that it moves.
    if (/^[0-9A-F]{2}/.test(said)) step(`asking ${said}`);
  };
  return withSession(options, baud, onSpoken, async (session) => {
    const voltage = await session.voltage();
    const car = await session.scan();
    const own = profile !== null && fits(profile, car.info.vin) ? await session.ask(profileSteps(profile)) : [];
    const { facts, bus } = session.adapter;
    const connection = {
      adapter: {
        id: facts?.id ?? null,
        version: facts?.version ?? null,
        voltage,
        capabilities: session.adapter.capabilities().has,
      },
      protocol: protocolName(bus?.protocol ?? null),
      connectMs: session.connectMs,
      ...(options.raw ? { frames } : {}),
    };
    const read = reportOf(car, connection, list?.overrides ?? null);
    const ownReadings = Object.fromEntries(own.map(({ name, value, unit }) => [name, { value, unit }]));
    const report = { ...read, readings: { ...read.readings, ...ownReadings } };
    clearStep();
    const { lacks } = session.adapter.capabilities();
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : scanText(report, lacks, language));
    if (report.complete) return 0;
    process.stderr.write('the car fell silent before the scan was over: is the ignition still on? Then once more.\n');
    return 1;
  });
}

/**
 * Prints live values as they come, and at the end how many there were in which time.
 * @returns exit code 0; 1 when nothing was connected or nothing came; 2 for wrong use.
 */
export async function watch(options: WatchOptions): Promise<number> {
  const baud = baudOf(options.baud);
  const fault = lineFault(options.port);
  if (fault !== null) return wrong(fault);
  const seconds = Number(options.seconds);
  const cap = options.cap === undefined ? Infinity : Number(options.cap);
  if (baud === null) return wrong(`--baud takes a rate in bit/s, such as 38400, got "${options.baud}"`);
  if (!(seconds > 0)) return wrong(`--seconds takes a number above 0, got "${options.seconds}"`);
  if (!(cap > 0)) return wrong(`--cap takes a number above 0, got "${options.cap}"`);
  const names = options.pids
    .split(',')
    .map((n) => n.trim())
    .filter((n) => n !== '');
  const unknown = names.filter((n) => parameterNamed(n) === null);
  if (names.length === 0 || unknown.length > 0) {
    const known = PARAMETERS.map((p) => p.name).join(', ');
    return wrong(
      `--pids takes names with commas between, got "${unknown.join(', ') || options.pids}"; known are ${known}`,
    );
  }
  const pids = [...new Set(names.map((n) => parameterNamed(n)!.pid))];
  return withSession(options, baud, undefined, async (session, signal) => {
    clearStep();
    // Before the clock runs: it is no part of the rate.
    const manners = await session.ask(learnManners(session.adapter.bus!.dialect, pids));
    let values = 0;
    let lost: unknown = null;
    const began = performance.now();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), seconds * 1000);
    const both = AbortSignal.any([signal, stop.signal]);
    try {
      await session.watch(
        pids,
        {
          cap,
          manners,
          onValues: (told) => {
            const at = toRfc3339(Date.now());
            const lines = told.flatMap(({ unit: ecu, readings }) =>
              readings.map(({ name, value, unit }) => {
                if (options.json) return `${JSON.stringify({ at, ecu, name, value, unit })}\n`;
                const words = `${at}  ${ecu ?? '-'}  ${name.padEnd(24)} ${value ?? 'not known'} ${unit ?? ''}`;
                return `${words.trimEnd()}\n`;
              }),
            );
            values += lines.length;
            process.stdout.write(lines.join(''));
          },
        },
        both,
      );
    } catch (e) {
      // What was read until then was read: its rate is told all the same.
      if (!signal.aborted) lost = e;
    } finally {
      clearTimeout(timer);
    }
    const took = round((performance.now() - began) / 1000, 3);
    const sum = { values, seconds: took, valuesPerSecond: round(values / took, 1) };
    process.stdout.write(`${JSON.stringify(sum)}\n`);
    if (lost !== null) process.stderr.write(`the line was lost: ${messageOf(lost)}\n`);
    if (lost !== null) return 1;
    return values > 0 ? 0 : 1;
  });
}

function protocolName(number: string | null): string {
  return number === null ? 'not told by the adapter' : (PROTOCOLS[number] ?? number);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
