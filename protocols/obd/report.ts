import { type ClearedEvidence, clearedEvidence } from './clearing.ts';
import type { CodeStage } from './dialect.ts';
import { type CodeDescription, type CodeOverrides, describeCode } from './dtc-text.ts';
import { failureTypeText } from './failure-type.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import { hex } from './hex.ts';
import { mannersOf, nameAsMeant } from './manner.ts';
import type { MonitorResult } from './monitors.ts';
import type { PidValue } from './parameter.ts';
import { pidName } from './pids.ts';
import type { MonitorReadiness, Readiness } from './readiness.ts';
import type { CarScan } from './scan.ts';
import type { UdsUnit } from './uds-unit.ts';
import { type Counter, type MoreInfo, moreOf } from './vehicle-info.ts';

/** One object for all that a scan has learned: what `liftgate obd scan --json` prints. */
export interface ScanReport {
  readonly adapter: AdapterReport;
  readonly protocol: string;
  readonly connectMs: number;
  readonly dialect: CarScan['dialect'];
  /** False: the car fell silent before the end, and what is not here may be in it all the same. */
  readonly complete: boolean;
  readonly vin: string | null;
  readonly ecus: readonly EcuReport[];
  readonly readings: Readonly<Record<string, ReadingReport>>;
  readonly dtcs: Readonly<Record<CodeStage, readonly string[]>>;
  /** Stages that no control unit answered for: an empty list of these does not mean that there are no codes. */
  readonly unanswered: readonly CodeStage[];
  /** The same codes, each with its words. */
  readonly codes: readonly CodeReport[];
  readonly readiness: ReadinessReport | null;
  /** Has somebody cleared the memory not long ago? */
  readonly cleared: ClearedEvidence;
  readonly freezeFrames: readonly FreezeFrame[];
  readonly monitors: readonly MonitorResult[];
  /** Every line with its time, where it was asked for. */
  readonly frames?: readonly unknown[];
}

interface AdapterReport {
  readonly id: string | null;
  readonly version: string | null;
  /** V, at pin 16. */
  readonly voltage: number | null;
  readonly capabilities: readonly string[] | Readonly<Record<string, unknown>>;
}

interface EcuReport {
  readonly address: string | null;
  readonly name: string | null;
  readonly vin: string | null;
  readonly calibrationIds: readonly string[];
  readonly cvns: readonly string[];
  /** Names from the table, or the number (`0x9F`) where it has none. */
  readonly supportedPids: readonly string[];
  readonly dtcs: Readonly<Record<CodeStage, readonly string[]>>;
  readonly readiness: Readiness | null;
  readonly performance: readonly Counter[];
  /** Serial number, approval and counters that few units tell; null in each: not told. */
  readonly more: MoreInfo;
  /** What it told when it was asked alone by ISO 14229: numbers, software, every code; null: it does not speak that. */
  readonly uds: Omit<UdsUnit, 'unit'> | null;
  /** Tests of service 08 that it lists and that are never asked for. */
  readonly controls: CarScan['controls'][number]['tests'];
}

interface CodeReport extends Pick<CodeDescription, 'code' | 'text' | 'severity' | 'advice'> {
  readonly stages: readonly CodeStage[];
  /** Control units that tell it. */
  readonly units: readonly (string | null)[];
  /** How it failed, in cars that tell (J1979-2). */
  readonly failure: { readonly type: number; readonly text: CodeDescription['text'] | null } | null;
  /** Numbers of its freeze frames. */
  readonly freezeFrames: readonly number[];
}

interface ReadingReport {
  readonly value: PidValue;
  readonly unit: string | null;
  /** What each control unit says, where they differ. */
  readonly by?: Readonly<Record<string, PidValue>>;
}

/** All control units together: a monitor is complete when it is so everywhere. */
interface ReadinessReport {
  readonly lamp: boolean | null;
  readonly codes: number | null;
  readonly monitors: readonly MonitorReadiness[];
  readonly ready: boolean;
  /** Monitors of this driving cycle; empty where no unit tells. */
  readonly thisCycle: readonly MonitorReadiness[];
}

/** Puts a scan and what the adapter said together. `words` are the user's own texts for codes. */
export function reportOf(
  scan: CarScan,
  connection: Pick<ScanReport, 'adapter' | 'protocol' | 'connectMs'> & { readonly frames?: readonly unknown[] },
  words: CodeOverrides | null = null,
): ScanReport {
  const { adapter, protocol, connectMs, frames } = connection;
  const readings = readingsOf(scan);
  const dtcs = codesOf(scan, () => true);
  return {
    adapter,
    protocol,
    connectMs,
    dialect: scan.dialect,
    complete: scan.complete,
    vin: scan.info.vin ?? scan.uds.find((u) => u.vin !== null)?.vin ?? null,
    ecus: ecusOf(scan),
    readings,
    dtcs,
    unanswered: STAGES.filter((stage) => scan.codes[stage].length === 0),
    codes: describedCodes(scan, words),
    readiness: readinessReport(scan),
    cleared: clearedEvidence({
      warmUps: numberOf(readings['warm-ups-since-clear']),
      distanceKm: numberOf(readings['distance-since-clear']),
      runMinutes: numberOf(readings['time-since-clear']),
      readiness: scan.readiness.map((r) => r.value),
      permanent: dtcs.permanent,
      stored: dtcs.stored,
    }),
    freezeFrames: scan.freezeFrames,
    monitors: scan.monitors,
    ...(frames === undefined ? {} : { frames }),
  };
}

function numberOf(reading: ReadingReport | undefined): number | null {
  return typeof reading?.value === 'number' ? reading.value : null;
}

const STAGES = ['stored', 'pending', 'permanent'] as const;

function describedCodes(scan: CarScan, words: CodeOverrides | null): CodeReport[] {
  const told = STAGES.flatMap((stage) =>
    scan.codes[stage].flatMap(({ unit, value }) => value.map((c) => ({ ...c, stage, unit }))),
  );
  const keys = [...new Set(told.map((t) => `${t.code}/${t.failureType ?? ''}`))].sort();
  return keys.flatMap((key) => {
    const own = told.filter((t) => `${t.code}/${t.failureType ?? ''}` === key);
    const description = describeCode(own[0]!.code, words);
    if (description === null) return [];
    const { code, text, severity, advice } = description;
    const type = own[0]!.failureType;
    const frames = scan.freezeFrames.filter((f) => f.code === code).map((f) => f.frame);
    return [
      {
        code,
        text,
        severity,
        advice,
        stages: STAGES.filter((stage) => own.some((t) => t.stage === stage)),
        units: [...new Set(own.map((t) => t.unit))],
        failure: type === null ? null : { type, text: failureTypeText(type) },
        freezeFrames: [...new Set(frames)],
      },
    ];
  });
}

function ecusOf(scan: CarScan): EcuReport[] {
  const { stored, pending, permanent } = scan.codes;
  const told = [scan.info.units, scan.supported, scan.readiness, stored, pending, permanent];
  const manners = mannersOf(scan.live);
  const addresses = [...new Set(told.flatMap((list) => list.map((t) => t.unit)))].sort();
  return addresses.map((address): EcuReport => {
    const info = scan.info.units.find((u) => u.unit === address);
    const pids = scan.supported.find((s) => s.unit === address)?.value ?? [];
    const { unit: _, ...uds } = scan.uds.find((u) => u.unit === address) ?? { unit: null };
    return {
      address,
      name: info?.name ?? null,
      vin: info?.vin ?? null,
      calibrationIds: info?.calibrations.map((c) => c.id) ?? [],
      cvns: info?.cvns ?? [],
      supportedPids: pids.map((pid) => nameAsMeant(nameOf(pid), address, manners)),
      dtcs: codesOf(scan, (unit) => unit === address),
      readiness: scan.readiness.find((r) => r.unit === address)?.value ?? null,
      performance: info?.performance ?? [],
      more: moreOf(info),
      uds: 'codes' in uds ? uds : null,
      controls: scan.controls.find((c) => c.unit === address)?.tests ?? [],
    };
  });
}

function nameOf(pid: number): string {
  return pidName(pid) ?? `0x${hex(pid)}`;
}

function codesOf(scan: CarScan, of: (unit: string | null) => boolean): ScanReport['dtcs'] {
  const list = (told: CarScan['codes']['stored']) =>
    [...new Set(told.filter((t) => of(t.unit)).flatMap((t) => t.value.map((c) => c.code)))].sort();
  const { stored, pending, permanent } = scan.codes;
  return { stored: list(stored), pending: list(pending), permanent: list(permanent) };
}

/** The engine's control unit has the lowest address of those that answer: its value stands for the car. */
function readingsOf(scan: CarScan): ScanReport['readings'] {
  const all: Record<string, { value: PidValue; unit: string | null; by: Record<string, PidValue> }> = {};
  const inTurn = [...scan.live].sort((a, b) => (a.unit ?? '').localeCompare(b.unit ?? ''));
  for (const { unit, readings } of inTurn) {
    for (const r of readings) {
      const known = all[r.name];
      const by = unit === null ? {} : { [unit]: r.value };
      if (known === undefined) all[r.name] = { value: r.value, unit: r.unit, by };
      else Object.assign(known.by, by);
    }
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, { value, unit, by }]) => {
      const differ = new Set(Object.values(by)).size > 1;
      return [name, differ ? { value, unit, by } : { value, unit }];
    }),
  );
}

function readinessReport(scan: CarScan): ReadinessReport | null {
  if (scan.readiness.length === 0) return null;
  const lamps = scan.readiness.flatMap((r) => r.value.lamp ?? []);
  const counts = scan.readiness.flatMap((r) => r.value.codes ?? []);
  const monitors = together(scan.readiness);
  return {
    lamp: lamps.length === 0 ? null : lamps.includes(true),
    codes: counts.length === 0 ? null : counts.reduce((a, b) => a + b, 0),
    monitors,
    ready: monitors.every((m) => m.complete),
    thisCycle: together(scan.cycle),
  };
}

function together(told: CarScan['readiness']): MonitorReadiness[] {
  const monitors = new Map<string, boolean>();
  for (const { value } of told) {
    for (const m of value.monitors) monitors.set(m.monitor, (monitors.get(m.monitor) ?? true) && m.complete);
  }
  return [...monitors].map(([monitor, complete]) => ({ monitor, complete }));
}
