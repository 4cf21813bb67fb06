import type { Line } from '../../gateway/drivers/line.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { type DeviceLine, toBytes } from '../../simulators/device-line.ts';

export interface Wire {
  /** The device's end; it stays while the other end is opened and closed. */
  readonly device: DeviceLine;
  /** Opens the driver's end, as `openLine` does. */
  open(): Promise<Line>;
  /** Pulls the plug: the driver's end breaks. */
  cut(): void;
  /** Listeners that somebody forgot. */
  readonly listeners: number;
  /** Rate that the driver's end speaks with. */
  readonly baud: number;
}

/** A duplex line of memory, for a thousand connections in a second. Every chunk comes later, as on a real wire. */
export function createWire(path = 'memory'): Wire {
  const atDevice = new Set<(bytes: Uint8Array) => void>();
  const atDriver = new Set<(bytes: Uint8Array) => void>();
  let ends: PromiseWithResolvers<LiftgateError | null> | null = null;
  let baud = 38_400;
  const lost = () => new LiftgateError('unreachable', `the line ${path} was lost`, { about: path });
  return {
    device: {
      path,
      onData: (listener) => {
        atDevice.add(listener);
        return () => atDevice.delete(listener);
      },
      write: (bytes) => {
        const chunk = toBytes(bytes);
        queueMicrotask(() => {
          for (const hear of atDriver) hear(chunk);
        });
      },
      close: () => Promise.resolve(ends?.resolve(lost())),
    },
    open: () => {
      const own = Promise.withResolvers<LiftgateError | null>();
      ends = own;
      return Promise.resolve({
        write: (bytes) => {
          if (ends !== own) return Promise.reject(lost());
          const chunk = toBytes(bytes);
          queueMicrotask(() => {
            for (const hear of atDevice) hear(chunk);
          });
          return Promise.resolve();
        },
        onData: (listener) => {
          atDriver.add(listener);
          return () => atDriver.delete(listener);
        },
        closed: own.promise,
        setBaud: (rate) => {
          baud = rate;
          return Promise.resolve();
        },
        close: () => {
          if (ends === own) ends = null;
          own.resolve(null);
          return Promise.resolve();
        },
      });
    },
    cut: () => {
      const own = ends;
      ends = null;
      own?.resolve(lost());
    },
    get listeners() {
      return atDriver.size;
    },
    get baud() {
      return baud;
    },
  };
}
