import type { DeviceOf } from '../../config/schema/devices.ts';
import { readLabel } from '../../protocols/barcode/label.ts';
import { scanReading } from '../../protocols/barcode/scan.ts';
import { LabelReader } from '../../protocols/barcode/stream.ts';
import { reading } from '../../protocols/reading.ts';
import type { Clock } from '../../protocols/time.ts';
import type { Driver } from './driver.ts';
import { openLine } from './line.ts';

/** The scanner beeps on these, where it is set to wait for its host ("ACK/NAK" in its manual); else it ignores them. */
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

/**
 * Hears a serial barcode scanner. A scanner is silent until someone scans, so an open line counts as well:
 * `device.health` `ok`. Each label is one reading; its part is the AIM symbology identifier where the scanner sends it.
 *
 * After the reading is on disk the scanner is told ACK, or NAK for a label that is none of ours.
 */
export function createScanner(config: DeviceOf<'scanner'>, deps: { readonly clock: Clock }): Driver {
  return {
    run: async (emit, signal) => {
      if (signal.aborted) return;
      const ended = Promise.withResolvers<void>();
      // The store may refuse the first word below and a label at once: then nobody waits for this one any more.
      ended.promise.catch(() => {});
      const stop = () => ended.resolve();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const line = await openLine(config, signal);
        void line.closed.then((error) => (error === null ? ended.resolve() : ended.reject(error)));
        const reader = new LabelReader();
        const take = async (text: string) => {
          const label = readLabel(text);
          await emit([scanReading(config.id, label, deps.clock())]);
          await line.write(label.kind === 'unknown' ? NAK : ACK);
        };
        const forget = line.onData((bytes) => {
          for (const text of reader.feed(bytes)) take(text).catch(ended.reject);
        });
        try {
          await emit([reading(config.id, 'device.health', 'ok', deps.clock())]);
          await ended.promise;
        } finally {
          forget();
          await line.close();
        }
      } catch (e) {
        if (!signal.aborted) throw e;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
