import { randomBytes } from 'node:crypto';
import type { Clock } from '../protocols/time.ts';
import { type CameraSimulator, createCameraSimulator } from './camera/camera.ts';
import type { Car, Day } from './day.ts';
import type { DeviceLine } from './device-line.ts';
import type { Draw } from './fleet.ts';
import { createElm327Simulator, type Elm327Simulator } from './obd/elm327.ts';
import { createVehicle, type Vehicle } from './obd/vehicle.ts';
import { openPty } from './pty.ts';
import { createScannerSimulator, type ScannerSimulator } from './scanner.ts';
import { keptStarts } from './starts.ts';
import { createStation, type Station } from './station.ts';
import { openTcpLine } from './tcp-line.ts';
import { createWicanSimulator, type WicanSimulator } from './wican.ts';

/** All devices of the workshop, on their wires, and what a gateway must know to reach them. */
export interface Rigs {
  bay(id: string): BayRig;
  vehicle(car: Car, draw: Draw): VehicleRig;
  /** The `devices` of a gateway configuration that fits. Passwords are new with every start. */
  readonly devices: readonly Readonly<Record<string, unknown>>[];
  /** Cuts a device off (its line, or its power), and brings it back; for tests. */
  readonly cameras: ReadonlyMap<string, CameraSimulator>;
  close(): Promise<void>;
}

export interface BayRig {
  readonly id: string;
  readonly vehicle: Vehicle | null;
  /** Resolves when no car stands here, or when aborted. */
  free(signal: AbortSignal): Promise<void>;
  enter(rig: VehicleRig): void;
  leave(): void;
  plug(): Promise<void>;
  unplug(): void;
  scan(text: string): void;
  /** Height in mm; the lift moves at its own pace. */
  lift(height: number, speed: number): Promise<void>;
  /** Air tools at work for a time such as `90s`. */
  work(duration: string, speed: number, signal: AbortSignal): Promise<void>;
}

export interface VehicleRig {
  readonly vehicle: Vehicle;
  /** Hands over what its own dongle kept; nothing where it has none. */
  handOver(): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly day: Day;
  readonly clock: Clock;
  /** The gateway's broker, e.g. `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
}

const DONGLE = 'dongle-1';

/** Starts every device of the day. Cameras watch two bays each, as they do under a real ceiling. */
export async function createRigs({ day, clock, broker }: RigOptions): Promise<Rigs> {
  const devices: Record<string, unknown>[] = [];
  const closers: (() => Promise<void>)[] = [];
  const password = () => randomBytes(12).toString('base64url');

  const dongle = { device: DONGLE, password: password() };
  const wican = createWicanSimulator({ url: broker, ...dongle });
  devices.push({ id: DONGLE, kind: 'wican', name: 'Dongle 1', password: dongle.password });
  closers.push(() => wican.close());

  const cameras = new Map<string, CameraSimulator>();
  const cameraOf = new Map<string, CameraSimulator>();
  const watched = day.bays.filter((b) => b.camera);
  for (let i = 0; i < watched.length; i += 2) {
    const bays = watched.slice(i, i + 2).map((b) => b.id);
    const id = `cam-${i / 2 + 1}`;
    const login = { user: 'liftgate', password: password() };
    const camera = await createCameraSimulator({ host: '127.0.0.1', port: 0, ...login, rules: bays, clock });
    const rules = bays.map((bay) => ({ rule: bay, bay }));
    // Its pictures can be looked at, and its bays taught, on the gateway's site page.
    const pixels = { every: 10 };
    devices.push({ id, kind: 'camera', name: `Camera ${i / 2 + 1}`, url: camera.url, ...login, rules, pixels });
    for (const bay of bays) cameraOf.set(bay, camera);
    cameras.set(id, camera);
    closers.push(() => camera.close());
  }

  const bays = new Map<string, BayRig>();
  for (const bay of day.bays) {
    const stationPassword = password();
    const station = createStation({ bay, broker, password: stationPassword });
    devices.push(...station.devices.map((d) => ({ ...d, bay: bay.id, password: stationPassword })));
    closers.push(() => station.close());

    let adapter: Elm327Simulator | null = null;
    if (bay.obd) {
      const line = bay.obd === 'tcp' ? await openTcpLine() : openPty();
      adapter = createElm327Simulator({ line, vehicle: null });
      devices.push({ id: `obd-${bay.id}`, kind: 'elm327', bay: bay.id, port: line.path });
      closers.push(() => line.close());
    }
    let scanner: ScannerSimulator | null = null;
    if (bay.scanner) {
      const line: DeviceLine = openPty();
      scanner = createScannerSimulator({ line, aim: ']C0' });
      devices.push({ id: `scan-${bay.id}`, kind: 'scanner', bay: bay.id, port: line.path });
      closers.push(() => line.close());
    }
    const camera = cameraOf.get(bay.id) ?? null;
    bays.set(bay.id, createBay(bay.id, { camera, station, adapter, scanner }));
  }

  return {
    devices,
    cameras,
    bay: (id) => bays.get(id)!,
    vehicle: (car, draw) => createCar(car, clock, draw, wican),
    close: async () => {
      await Promise.allSettled(closers.map((close) => close()));
    },
  };
}

function createCar(car: Car, clock: Clock, draw: Draw, wican: WicanSimulator): VehicleRig {
  // A car with a thermostat to look at was left to cool down; the others have just been driven.
  const cold = car.faults.includes('thermostat-open');
  const vehicle = createVehicle({
    vin: car.vin,
    clock,
    faults: car.faults,
    seed: Math.floor(draw() * 2 ** 31),
    coolant: cold ? 20 : 72 + 12 * draw(),
    odometerKm: Math.round(12_000 + 90_000 * draw()),
  });
  return {
    vehicle,
    handOver: async () => {
      if (car.keptStarts > 0) await wican.backlog(car.vin, keptStarts(car, clock(), draw));
    },
    close: async () => vehicle.stopEngine(),
  };
}

interface BayParts {
  readonly camera: CameraSimulator | null;
  readonly station: Station;
  readonly adapter: Elm327Simulator | null;
  readonly scanner: ScannerSimulator | null;
}

function createBay(id: string, { camera, station, adapter, scanner }: BayParts): BayRig {
  let here: VehicleRig | null = null;
  let left: (() => void)[] = [];
  const present = (yes: boolean) => {
    camera?.setOccupied(id, yes);
    station.present(yes);
  };
  return {
    id,
    get vehicle() {
      return here?.vehicle ?? null;
    },
    free: (signal) =>
      new Promise((resolve) => {
        if (here === null || signal.aborted) return resolve();
        left.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    enter: (rig) => {
      here = rig;
      present(true);
    },
    leave: () => {
      adapter?.plug(null);
      here = null;
      present(false);
      const waiting = left;
      left = [];
      for (const go of waiting) go();
    },
    plug: async () => {
      if (!here) return;
      adapter?.plug(here.vehicle);
      here.vehicle.ignition(true);
      await here.handOver();
    },
    unplug: () => void adapter?.plug(null),
    scan: (text) => scanner?.scan(text),
    lift: (height, speed) => station.lift(height, speed),
    work: (duration, speed, signal) => station.work(duration, speed, signal),
  };
}
