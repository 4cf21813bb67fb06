import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import type { DeviceLine } from '../../../../simulators/device-line.ts';
import { createElm327Simulator, type Elm327Options } from '../../../../simulators/obd/elm327.ts';
import { createVehicle, type Vehicle, type VehicleOptions } from '../../../../simulators/obd/vehicle.ts';
import { openPty } from '../../../../simulators/pty.ts';

export const VIN = 'LSVAU2A35N2183546';
const clock = () => Date.now();

export function car(options: Partial<VehicleOptions> = {}): Vehicle {
  return createVehicle({ vin: VIN, clock, crankMs: 700, ...options });
}

export interface Rig {
  readonly sim: ReturnType<typeof createElm327Simulator>;
  readonly line: DeviceLine;
  readonly readings: Reading[];
  /** Resolves with the first reading that fits, also one that has come already. */
  heard(fits: (r: Reading) => boolean): Promise<Reading>;
  /** How `run` ended: null when it resolved. */
  readonly ended: Promise<unknown>;
  abort(): void;
  /** Ends everything. */
  stop(): Promise<void>;
}

/** A driver and a simulated adapter on one line, quick where the real one is slow. */
export function rig(
  vehicle: Vehicle | null,
  options: Partial<Elm327Options> & { emit?: () => Promise<void> } = {},
): Rig {
  const { line = openPty(), emit = () => Promise.resolve(), ...more } = options;
  const sim = createElm327Simulator({ line, vehicle, resetMs: 30, searchMs: 60, latencyMs: 1, timeoutMs: 20, ...more });
  const stop = new AbortController();
  const readings: Reading[] = [];
  let look = () => {};
  const driver = createElm327({ kind: 'elm327', id: 'obd-1', port: line.path, baud: 38_400, interval: 0.1 }, { clock });
  const run = driver.run((batch) => {
    readings.push(...batch);
    look();
    return emit();
  }, stop.signal);
  const ended = run.then(
    () => null,
    (e: unknown) => e,
  );
  return {
    sim,
    line,
    readings,
    ended,
    heard: (fits) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = readings.find(fits);
          if (found) resolve(found);
        };
        look();
        void ended.then((e) => reject(e ?? new Error('the driver has stopped')));
      }),
    abort: () => stop.abort(),
    stop: async () => {
      stop.abort();
      await ended;
      sim.close();
      await line.close();
    },
  };
}
