import { createMemory } from '../gateway/drivers/elm327/adapter.ts';
import { openSession, type Session } from '../gateway/drivers/elm327/session.ts';
import { openLine } from '../gateway/drivers/line.ts';
import { createElm327Simulator } from '../simulators/obd/elm327.ts';
import { createVehicle, type VehicleOptions } from '../simulators/obd/vehicle.ts';
import { openPty } from '../simulators/pty.ts';
import { openTcpLine } from '../simulators/tcp-line.ts';
import type { Wire } from '../tests/tools/wire.ts';

const never = new AbortController().signal;

/** Both ends of a line that the system carries. */
export type Ends = Pick<Wire, 'device' | 'open'>;

/** A line that the system carries, and how to end it. */
export async function realWire(way: 'TCP' | 'pty'): Promise<{ wire: Ends; close: () => Promise<void> }> {
  const device = way === 'TCP' ? await openTcpLine() : openPty();
  const open = async () => {
    // A Wi-Fi adapter turns a caller away until it has noticed that the one before has gone.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return openLine({ port: device.path, baud: 38_400 }, never);
  };
  return { wire: { device, open }, close: () => device.close() };
}
/** Twelve parameters that everyday cars have. */
export const PIDS = [0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x0f, 0x10, 0x11, 0x1f, 0x2f, 0x42];

/** A running car behind an adapter of so many ms. */
export function adapterOn(
  wire: Ends,
  latencyMs: number,
  more: { vehicle?: Partial<VehicleOptions>; resetMs?: number; searchMs?: number } = {},
) {
  const vehicle = createVehicle({ vin: '1D4GP00R55B123456', clock: Date.now, ecus: 1, ...more.vehicle });
  vehicle.startEngine();
  const { resetMs = 5, searchMs = 5 } = more;
  return createElm327Simulator({ line: wire.device, vehicle, latencyMs, resetMs, searchMs, timeoutMs: 200, waitMs: 0 });
}

/** A conversation with it. @throws when there is none */
export async function connected(wire: Ends, memory = createMemory()): Promise<Session> {
  const opened = await openSession({ port: 'memory', baud: 38_400, signal: never, memory, open: () => wire.open() });
  if ('failure' in opened) throw new Error(`${opened.failure.step}: ${opened.failure.heard}`);
  return opened.session;
}
