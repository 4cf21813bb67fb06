import type { Message } from './frame.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import type { MonitorResult } from './monitors.ts';
import type { PidReading } from './parameter.ts';
import type { Readiness } from './readiness.ts';
import type { Steps } from './steps.ts';
import type { VehicleInfo } from './vehicle-info.ts';

/** What one control unit told. `unit` is its address; null when the adapter prints no headers. */
export interface Told<T> {
  readonly unit: string | null;
  readonly value: T;
}

export type CodeStage = 'stored' | 'pending' | 'permanent';

/** A trouble code as a control unit gives it. */
export interface TroubleCode {
  /** Five characters by J2012, `P0301`. */
  readonly code: string;
  /** Failure type, the third byte of a UDS code; null in the classic dialect. */
  readonly failureType: number | null;
  /** Status byte of ISO 14229-1; null in the classic dialect. */
  readonly status: number | null;
}

export interface LiveValues {
  readonly unit: string | null;
  readonly pid: number;
  readonly readings: readonly PidReading[];
}

/** Which parameters each control unit supports. */
export type Supported = readonly Told<readonly number[]>[];

/** One interface over the two ways in which cars speak OBD: services 01 to 0A (J1979), and UDS (J1979-2). */
export interface Dialect {
  readonly name: 'j1979' | 'j1979-2';
  /** Its positive answer, and nothing less, proves that a control unit speaks this dialect. */
  readonly hello: string;
  /** Does one of the messages answer `hello` positively? */
  greeted(messages: readonly Message[]): boolean;
  /** One request for up to six parameters (more than one only on CAN). */
  liveRequest(pids: readonly number[]): string;
  /** What the control units answered to `liveRequest(pids)`. A parameter that no table knows is left out. */
  liveValues(pids: readonly number[], messages: readonly Message[]): LiveValues[];
  supported(): Steps<Supported>;
  /** Since codes were cleared. */
  readiness(): Steps<Told<Readiness>[]>;
  /** This driving cycle; nothing where the dialect has no such question. */
  cycle(): Steps<Told<Readiness>[]>;
  codes(stage: CodeStage): Steps<Told<readonly TroubleCode[]>[]>;
  freezeFrames(): Steps<FreezeFrame[]>;
  monitors(): Steps<MonitorResult[]>;
  /** Monitors that some unit has: numbers of the standard on CAN; on the older buses of the maker's tests. */
  monitorNumbers(): Steps<readonly number[]>;
  /** All results of one of these. */
  monitorTests(number: number): Steps<MonitorResult[]>;
  /** Tests of the oxygen sensors by a service of their own, on the older buses; null: there is no such service. */
  readonly sensorTests: (() => Steps<MonitorResult[]>) | null;
  info(): Steps<VehicleInfo>;
  /** Clears codes, freeze frames, readiness and monitor results of every control unit. See `mayClear`. */
  readonly clearRequest: string;
  cleared(messages: readonly Message[]): boolean;
}
