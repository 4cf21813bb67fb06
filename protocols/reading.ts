import { z } from 'zod';
import { SIGNAL_NAMES, type SignalName, signalSpec } from './signal.ts';
import { Millis } from './time.ts';

/**
 * What a device said, when, in the unit of its signal.
 *
 * `value: null` means that the device answered that it does not know. A device that did not answer gives no
 * reading at all. Identifiers (VIN, plate, barcode, trouble codes) are texts, always.
 */
export const Reading = z.strictObject({
  /** The configured id of the device. */
  device: z.string().min(1).max(64),
  signal: z.enum(SIGNAL_NAMES),
  value: z.union([z.number(), z.string().max(512), z.boolean(), z.array(z.string().max(64)).max(256), z.null()]),
  /** When it was so: the device's own time where it is trusted, else the time of receipt. */
  at: Millis,
  /** Which part of the device: a control unit (`7E8`), a camera rule, an AIM symbology. Null when there is but one. */
  part: z.string().max(128).nullable(),
  /** The car, where the device itself knows it (a dongle that read the VIN). Never a guess. */
  vin: z.string().length(17).nullable(),
  /** A record of the past that was kept and sent late: it may amend history, never move what is live. */
  late: z.boolean(),
});
export type Reading = z.infer<typeof Reading>;
export type ReadingValue = Reading['value'];

/** A reading with the usual defaults; the driver names only what it knows. */
export function reading(
  device: string,
  signal: SignalName,
  value: ReadingValue,
  at: Millis,
  more: { part?: string | null; vin?: string | null; late?: boolean } = {},
): Reading {
  return { device, signal, value, at, part: more.part ?? null, vin: more.vin ?? null, late: more.late ?? false };
}

/** Says in a sentence why a value cannot be one of this signal (wrong kind, out of range), or null when it can. */
export function valueFault(signal: SignalName, value: ReadingValue): string | null {
  if (value === null) return null;
  const spec = signalSpec(signal);
  switch (spec.value) {
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return `${signal} takes a number, got ${typeof value}`;
      const { min = -Infinity, max = Infinity } = spec;
      if (value < min || value > max) return `${signal} takes ${min} to ${max} ${spec.unit}, got ${value}`;
      return null;
    }
    case 'text':
      return typeof value === 'string' ? null : `${signal} takes a text, got ${typeof value}`;
    case 'flag':
      return typeof value === 'boolean' ? null : `${signal} takes true or false, got ${typeof value}`;
    case 'list':
      return Array.isArray(value) ? null : `${signal} takes a list of texts, got ${typeof value}`;
  }
}
