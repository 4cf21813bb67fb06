import { type CameraSettings, createCamera } from '../../../../gateway/drivers/camera/driver.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import {
  type CameraOptions,
  type CameraSimulator,
  createCameraSimulator,
} from '../../../../simulators/camera/camera.ts';

const USER = 'gateway';
const PASSWORD = 'bay camera 5.10';

/** A simulated camera with a driver on it, and everything that the driver said. */
export interface CameraBench {
  readonly camera: CameraSimulator;
  readonly readings: Reading[];
  /** Resolves as `run` does; gives the error that it rejected with, or null. */
  run(more?: { password?: string; url?: string }): Promise<unknown>;
  /** Waits until something was said; fails after 25 s with all that was. */
  until(what: string, test: (readings: readonly Reading[]) => boolean): Promise<void>;
  /** Ends the driver in good order; the camera stays. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

export async function openBench({
  pace = 1,
  settings = {},
  ...options
}: Partial<CameraOptions> & { pace?: number; settings?: Partial<CameraSettings> } = {}): Promise<CameraBench> {
  const rules = options.rules ?? ['Bay 1', 'Bay 2'];
  const camera = await createCameraSimulator({
    host: '127.0.0.1',
    port: 0,
    user: USER,
    password: PASSWORD,
    clock: Date.now,
    ...options,
    rules,
  });
  const readings: Reading[] = [];
  let stop = new AbortController();
  let running: Promise<unknown> = Promise.resolve(null);
  let driver: ReturnType<typeof createCamera> | null = null;
  return {
    camera,
    readings,
    run({ password = PASSWORD, url = camera.url } = {}) {
      stop = new AbortController();
      // The same driver again, as the supervisor does it, so that what it remembers is under test too.
      if (!driver || password !== PASSWORD || url !== camera.url) {
        const bays = rules.map((rule, i) => ({ rule, bay: `${i + 1}` }));
        const config = { kind: 'camera', id: 'cam-1', url, user: USER, password, rules: bays } as const;
        driver = createCamera({ ...config, ...settings }, { clock: Date.now, pace });
      }
      running = driver
        .run(async (said) => {
          readings.push(...said);
        }, stop.signal)
        .then(
          () => null,
          (e: unknown) => e,
        );
      return running;
    },
    async until(what, test) {
      for (const end = performance.now() + 25_000; performance.now() < end; await new Promise((r) => setTimeout(r, 20)))
        if (test(readings)) return;
      throw new Error(`waited 25 s for ${what}; was said: ${JSON.stringify(readings)}`);
    },
    async halt() {
      stop.abort();
      await running;
    },
    async stop() {
      stop.abort();
      await running;
      await camera.close();
    },
  };
}

/** What was last said of a rule; undefined when nothing was. */
export function lastOf(readings: readonly Reading[], rule: string): Reading['value'] | undefined {
  return readings.findLast((r) => r.signal === 'camera.occupied' && r.part === rule)?.value;
}

export function healths(readings: readonly Reading[]): Reading['value'][] {
  return readings.filter((r) => r.signal === 'device.health').map((r) => r.value);
}
