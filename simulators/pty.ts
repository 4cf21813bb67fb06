import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import pty from '@lydell/node-pty';
import { type DeviceLine, toBytes } from './device-line.ts';

/** What the library gives beyond its declared types: both ends of the pair, and the path of the second. */
interface Pair {
  readonly _master: ReadStream & NodeJS.WritableStream;
  readonly _slave: ReadStream;
  readonly _pty: string;
}

export interface PtyLine extends DeviceLine {
  /** Bits per second that the gateway has set its end to: a pair carries any, but remembers which. */
  speed(): number;
}

/**
 * A pseudo-terminal pair: the gateway opens `path` as a serial port, the simulator holds the other end.
 *
 * The terminal side is made raw before anyone opens it (else the kernel would echo the device's own words back to it),
 * and is kept open here, so that the pair survives while the gateway closes and opens its port.
 */
export function openPty(): PtyLine {
  const pair = (pty as unknown as { open(options: { encoding: null }): Pair }).open({ encoding: null });
  // The library's own stream on the terminal side would read what is meant for the gateway.
  const keeper = new ReadStream(openSync(pair._pty, constants.O_RDWR | constants.O_NOCTTY));
  pair._slave.destroy();
  keeper.setRawMode(true);
  const wire = pair._master;
  // Reading a pair whose other end is gone is an error (EIO) to the kernel; to a device it is silence.
  wire.on('error', () => {});
  keeper.on('error', () => {});
  return {
    path: pair._pty,
    speed: () => {
      const file = process.platform === 'darwin' ? '-f' : '-F';
      return Number(execFileSync('stty', [file, pair._pty, 'speed'], { encoding: 'utf8' }));
    },
    onData: (listener) => {
      wire.on('data', listener);
      return () => wire.off('data', listener);
    },
    write: (bytes) => {
      if (!wire.destroyed) wire.write(toBytes(bytes));
    },
    close: async () => {
      const gone = wire.destroyed ? null : new Promise((resolve) => wire.once('close', resolve));
      keeper.destroy();
      wire.destroy();
      await gone;
    },
  };
}
