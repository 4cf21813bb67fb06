import { type Calendar, calendarOf } from './calendar.ts';
import { type DeviceSetting, type EngineSettings, type Fusion, fusionOf, type RuleSettings } from './settings.ts';

/** The settings, made ready for one look-up per reading. */
export interface Context {
  readonly bays: readonly string[];
  readonly devices: readonly DeviceSetting[];
  readonly rules: RuleSettings;
  readonly fusion: Fusion;
  readonly calendar: Calendar;
  device(id: string): DeviceSetting | undefined;
  /** The configured name of a bay that a label or a camera rule means, whatever its letter case; null: there is none. */
  bayNamed(text: string): string | null;
  /** The bay that a reading of this device (and part) speaks of; null: not known. */
  bayOf(device: DeviceSetting, part: string | null): string | null;
}

const PIXELS = 'pixels/';

export function contextOf(settings: EngineSettings): Context {
  const bays = settings.bays.map((b) => b.id);
  const byName = new Map(bays.map((b) => [b.toLowerCase(), b]));
  const exact = new Set(bays);
  const devices = new Map(settings.devices.map((d) => [d.id, d]));
  const bayNamed = (text: string) => (exact.has(text) ? text : (byName.get(text.trim().toLowerCase()) ?? null));
  return {
    bays,
    devices: settings.devices,
    rules: settings.rules,
    fusion: fusionOf(settings.rules),
    calendar: calendarOf(settings.site.timezone, settings.shift),
    device: (id) => devices.get(id),
    bayNamed,
    bayOf: (device, part) => {
      if (device.pixels && part?.startsWith(PIXELS)) {
        const seen = part.slice(PIXELS.length);
        return exact.has(seen) ? seen : null;
      }
      const rule =
        part === null
          ? undefined
          : (device.rules?.find((r) => r.rule === part) ?? device.inputs?.find((i) => i.input === part));
      const bay = rule?.bay ?? (device.rules && device.rules.length > 1 ? undefined : device.rules?.[0]?.bay);
      // A device that serves many bays names the bay in its topic.
      if (device.kind === 'sensor' && device.bay === undefined && part !== null) return bayNamed(part);
      const named = device.kind === 'camera' && device.rules ? (part === null ? bay : rule?.bay) : device.bay;
      return named !== undefined && exact.has(named) ? named : null;
    },
  };
}
