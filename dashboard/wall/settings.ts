import type { Viewing } from './fit.ts';

/** How one screen is set up: by its address (`?panel=55&distance=8`), else by what was chosen on it. */
export interface Settings {
  /** Diagonal, inches, and viewing distance, metres; null: all bays fit at once. */
  readonly panel: number | null;
  readonly distance: number | null;
  readonly theme: 'dark' | 'light' | 'auto';
  /** Seconds that a page stands. */
  readonly rotation: number;
  /** Says aloud what was understood of a scan, where the browser allows it. */
  readonly speak: boolean;
}

const DEFAULTS: Settings = { panel: null, distance: null, theme: 'dark', rotation: 15, speak: false };
export const LIMITS = { panel: [10, 200], distance: [0.3, 50], rotation: [10, 600] } as const;
const KEPT = 'liftgate.wall';

export function readSettings(query: URLSearchParams, kept: string | null): Settings {
  const stored = parse(kept);
  const pick = (name: string) => query.get(name) ?? stored[name];
  const theme = pick('theme');
  return {
    panel: within(pick('panel'), LIMITS.panel),
    distance: within(pick('distance'), LIMITS.distance),
    theme: theme === 'light' || theme === 'auto' ? theme : DEFAULTS.theme,
    rotation: within(pick('rotation'), LIMITS.rotation) ?? DEFAULTS.rotation,
    speak: pick('speak') === true || pick('speak') === 'true',
  };
}

export function loadSettings(): Settings {
  return readSettings(new URLSearchParams(location.search), storage()?.getItem(KEPT) ?? null);
}

export function keepSettings(settings: Settings): void {
  storage()?.setItem(KEPT, JSON.stringify(settings));
}

export function viewingOf({ panel, distance }: Settings): Viewing | null {
  return panel === null || distance === null ? null : { panel, distance };
}

/** The storage of this browser; null where it is switched off. */
export function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function parse(kept: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(kept ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function within(value: unknown, [least, most]: readonly [number, number]): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= least && number <= most ? number : null;
}
