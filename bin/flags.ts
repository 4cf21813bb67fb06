import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { FlagData } from '../gateway/domain/health/flag.ts';
import { judgeAll } from '../gateway/domain/health/flags.ts';
import { NO_START, watchStart } from '../gateway/domain/health/starts.ts';
import { close, copyOf, isHealthSignal, NEW_HEALTH, note, noteStart } from '../gateway/domain/health/vehicle.ts';
import { isLiftgateError, LiftgateError } from '../protocols/error.ts';
import { advisorText } from '../protocols/health/text.ts';
import { FLAG_WORDS } from '../protocols/health/words.ts';
import { type ColumnMap, type DriveLog, readDriveLogs } from './drive-log.ts';
import { wrong } from './use.ts';

interface Options {
  readonly vehicle: string;
  readonly map?: string;
  readonly json?: boolean;
}

/**
 * All flags of one car over its recorded drives: what each says, the numbers behind it, and what had to be so and never was.
 * @returns exit code 0; 2 when files, columns or the map are not as they must be.
 */
export async function run(more: readonly string[], options: Options): Promise<number> {
  try {
    const files = [options.vehicle, ...more];
    const log = await readDriveLogs(files, options.map === undefined ? {} : await mapIn(options.map));
    const flags = flagsOf(log);
    if (options.json) process.stdout.write(`${JSON.stringify(asJson(files, log, flags), null, 2)}\n`);
    else process.stdout.write(report(files, log, flags));
    return 0;
  } catch (e) {
    if (isLiftgateError(e)) return wrong(e.message);
    throw e;
  }
}

/** The flags at the end of a log. */
export function flagsOf(log: Pick<DriveLog, 'samples'>): FlagData[] {
  const h = copyOf(NEW_HEALTH);
  let watch = NO_START;
  for (const s of log.samples) {
    if (!isHealthSignal(s.signal)) continue;
    const volts = s.signal === 'obd.voltage' || s.signal === 'obd.module-voltage';
    if ((volts || s.signal === 'obd.rpm') && typeof s.value === 'number') {
      const seen = watchStart(watch, volts ? 'volts' : 'rpm', s.value, s.at);
      watch = seen.watch;
      if (seen.start !== null) noteStart(h, seen.start);
    }
    note(h, { ...s, value: Array.isArray(s.value) ? [...s.value] : (s.value as number | boolean) });
  }
  close(h, 'live');
  return judgeAll(h, { vin: UNKNOWN, now: log.samples.at(-1)?.at ?? 0 });
}

/** Logs do not say whose they are. */
const UNKNOWN = '00000000000000000';

async function mapIn(file: string): Promise<ColumnMap> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new LiftgateError('config', `--map: cannot read ${file}: ${cause.message}`, { about: file });
  });
  let map: unknown;
  try {
    map = parse(text);
  } catch (cause) {
    throw new LiftgateError('config', `--map ${file}: not YAML: ${(cause as Error).message}`, { about: file });
  }
  if (
    map === null ||
    typeof map !== 'object' ||
    Array.isArray(map) ||
    Object.values(map).some((v) => typeof v !== 'string')
  )
    throw new LiftgateError('config', `--map ${file}: expected lines such as "Engine Speed: obd.rpm"`, { about: file });
  return map as ColumnMap;
}

const drivesIn = (log: DriveLog) => {
  let drives = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at } of log.samples) {
    if (at - last > 600_000) drives += 1;
    last = at;
  }
  return drives;
};

function asJson(files: readonly string[], log: DriveLog, flags: readonly FlagData[]) {
  const { mapped, unmapped, dated, outOfRange, samples } = log;
  const told = flags.map(({ vin: _vin, ...f }) => ({
    ...f,
    text: { 'zh-CN': advisorText(f, 'zh-CN'), en: advisorText(f, 'en') },
  }));
  return { files, samples: samples.length, drives: drivesIn(log), dated, outOfRange, mapped, unmapped, flags: told };
}

const STATES: Readonly<Record<FlagData['state'], string>> = {
  unavailable: 'not available',
  learning: 'learning',
  healthy: 'healthy',
  watch: 'WATCH',
  raised: 'RAISED',
  cleared: 'cleared',
};

function report(files: readonly string[], log: DriveLog, flags: readonly FlagData[]): string {
  const out: string[] = [];
  const first = log.samples[0]?.at ?? 0;
  const last = log.samples.at(-1)?.at ?? 0;
  const span = log.dated ? `, ${day(first)} to ${day(last)}` : '';
  out.push(
    `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${log.samples.length} values, ${drivesIn(log)} drives${span}`,
  );
  if (!log.dated)
    out.push('The log has no dates: files count as drives half a day apart, and no due date can be given.');
  if (log.outOfRange > 0)
    out.push(`${log.outOfRange} values lie outside of what their signal can be, and were left out.`);
  out.push(`read as: ${log.mapped.map((m) => `${m.column} = ${m.signal}`).join(', ') || 'nothing'}`);
  if (log.unmapped.length > 0) out.push(`not understood (name them with --map): ${log.unmapped.join(', ')}`);
  for (const f of flags) out.push('', ...lines(f, log.dated));
  return `${out.join('\n')}\n`;
}

function lines(f: FlagData, dated: boolean): string[] {
  const out = [`${FLAG_WORDS[f.flag].en.name}: ${STATES[f.state]} (${f.rule})`];
  if (f.state === 'raised' || f.state === 'watch') out.push(`  ${advisorText(f, 'en').body}`);
  const numbers = (f.evidence ?? []).map((e) => `${e.name} ${e.value}${e.unit === '1' ? '' : ` ${e.unit}`}`);
  if (numbers.length > 0) out.push(`  evidence: ${numbers.join(', ')}`);
  if (f.act !== null && f.state !== 'unavailable')
    out.push(`  limits: watch ${f.watch ?? 'none'}, act ${f.act} ${f.unit} (${f.limits ?? 'textbook'})`);
  if (f.confidence !== null) out.push(`  confidence: ${Math.round(100 * f.confidence)} %`);
  if (f.due !== null && dated)
    out.push(
      `  due: likely ${day(f.due.likely)}, from ${day(f.due.early)} to ${f.due.late === null ? 'open' : day(f.due.late)}`,
    );
  const never = (f.conditions ?? []).filter((c) => !c.met).map((c) => c.condition);
  if (never.length > 0) out.push(`  never met: ${never.join(', ')}`);
  const met = (f.conditions ?? []).filter((c) => c.met).map((c) => `${c.condition} ${c.count}×`);
  if (met.length > 0) out.push(`  met: ${met.join(', ')}`);
  if (f.caveats.length > 0) out.push(`  doubts: ${f.caveats.join(', ')}`);
  return out;
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
