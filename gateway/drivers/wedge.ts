import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { arch } from 'node:os';
import type { DeviceOf } from '../../config/schema/devices.ts';
import { KeyReader } from '../../protocols/barcode/keys.ts';
import { readLabel } from '../../protocols/barcode/label.ts';
import { scanReading } from '../../protocols/barcode/scan.ts';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { reading } from '../../protocols/reading.ts';
import type { Clock } from '../../protocols/time.ts';
import type { Driver } from './driver.ts';

/** Bytes of a `long` in `struct input_event`. */
const WORD = ['arm', 'ia32', 'mips', 'mipsel'].includes(arch()) ? 4 : 8;

/** Is this scanner heard as a keyboard? By its option, else by the place of its port. */
export function isWedge({ wire, port }: Pick<DeviceOf<'scanner'>, 'wire' | 'port'>): boolean {
  return wire === undefined ? port.startsWith('/dev/input/') : wire === 'keyboard';
}

/**
 * Hears a scanner that plays a keyboard, at its Linux input device. A scanner is silent until someone scans, so an open
 * device counts as well: `device.health` `ok`. Each label is one reading.
 *
 * The device is not taken from others (EVIOCGRAB is an ioctl, which Node does not have): what is scanned is typed to
 * the machine's own screen, too. docs/sensors.md says how to prevent that.
 *
 * The reading itself is done by `cat`: a read that blocks can neither be ended in Node nor share its few threads.
 */
export function createWedge(config: DeviceOf<'scanner'>, deps: { readonly clock: Clock }): Driver {
  return {
    run: async (emit, signal) => {
      if (signal.aborted) return;
      const device = await openDevice(config);
      const ended = Promise.withResolvers<void>();
      // The store may refuse the first word below and a label at once: then nobody waits for this one any more.
      ended.promise.catch(() => {});
      const cat = spawn('cat', [], { stdio: [device.fd, 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' });
      const keys = new KeyReader(WORD);
      let given = 0;
      const take = async (text: string) => emit([scanReading(config.id, readLabel(text), deps.clock())]);
      cat.stdout!.on('data', (bytes: Buffer) => {
        for (const text of keys.feed(bytes)) take(text).catch(ended.reject);
        if (keys.dropped === given) return;
        given = keys.dropped;
        const why = `${given} labels were not whole: scan again`;
        emit([reading(config.id, 'scan.unknown', '', deps.clock(), { part: why })]).catch(ended.reject);
      });
      cat.once('error', (e) => ended.reject(lost(config, messageOf(e))));
      cat.once('close', () => ended.reject(lost(config, 'it was unplugged')));
      try {
        await emit([reading(config.id, 'device.health', 'ok', deps.clock())]);
        await ended.promise;
      } catch (e) {
        if (!signal.aborted) throw e;
      } finally {
        cat.kill('SIGKILL');
        await device.close();
      }
    },
  };
}

async function openDevice({ id, port }: DeviceOf<'scanner'>): Promise<FileHandle> {
  const about = `device ${id}`;
  try {
    return await open(port, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      const rule = `SUBSYSTEM=="input", ENV{ID_INPUT_KEYBOARD}=="1", GROUP="liftgate", MODE="0640"`;
      const what = `${id}: ${port} may not be read by this user; add the user to the group input, or write the udev rule ${rule} for this scanner (see docs/sensors.md)`;
      throw new LiftgateError('config', what, { about, cause });
    }
    if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') {
      const what = `${id}: ${port} is not there; is the scanner plugged in? A name under /dev/input/by-id/ stays the same over restarts`;
      throw new LiftgateError('unreachable', what, { about, cause });
    }
    throw new LiftgateError('unreachable', `${id}: ${port} cannot be opened: ${messageOf(cause)}`, { about, cause });
  }
}

function lost({ id, port }: DeviceOf<'scanner'>, why: string): LiftgateError {
  return new LiftgateError('unreachable', `${id}: ${port} was lost: ${why}; plug it in again`, {
    about: `device ${id}`,
  });
}
