/** Workshops to score in: how many bays, and what watches them. */

export const SENSOR_SETS = ['full', 'camera+sensor', 'camera', 'sensors', 'scans'] as const;
export type SensorSet = (typeof SENSOR_SETS)[number];

interface Parts {
  readonly camera: boolean;
  /** Presence on the floor, every second bay by a flag, the others by a distance. */
  readonly floor: boolean;
  /** A lift that tells its height; every second one its load, too. */
  readonly lift: boolean;
  readonly obd: boolean;
  readonly scanner: boolean;
}

export const PARTS: Readonly<Record<SensorSet, Parts>> = {
  full: { camera: true, floor: true, lift: true, obd: true, scanner: true },
  'camera+sensor': { camera: true, floor: true, lift: false, obd: false, scanner: false },
  camera: { camera: true, floor: false, lift: false, obd: false, scanner: false },
  sensors: { camera: false, floor: true, lift: true, obd: false, scanner: false },
  scans: { camera: false, floor: false, lift: false, obd: false, scanner: true },
};

export const ZONE = 'Asia/Shanghai';
/** Site-local hours of the watch; the gateway and its devices run a quarter of an hour before, as they do all night. */
export const OPEN = '08:00';
export const CLOSE = '18:00';

export function baysOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `B${String(i + 1).padStart(2, '0')}`);
}

/** Cameras look at two bays each. */
export function cameraOf(index: number): string {
  return `cam-${Math.floor(index / 2) + 1}`;
}

export interface LayoutDevice {
  readonly id: string;
  readonly kind: 'camera' | 'sensor' | 'elm327' | 'scanner';
  readonly bay?: string;
  readonly silence?: number;
  readonly rules?: readonly { readonly rule: string; readonly bay: string }[];
}

/** The devices of a site, as its configuration would list them. */
export function devicesOf(bays: readonly string[], set: SensorSet): LayoutDevice[] {
  const parts = PARTS[set];
  const devices: LayoutDevice[] = [];
  if (parts.camera) {
    for (let i = 0; i < bays.length; i += 2) {
      const rules = bays.slice(i, i + 2).map((bay) => ({ rule: bay, bay }));
      devices.push({ id: cameraOf(i), kind: 'camera', silence: 30, rules });
    }
  }
  for (const bay of bays) {
    if (parts.floor) devices.push({ id: `floor-${bay}`, kind: 'sensor', bay, silence: 30 });
    if (parts.lift) devices.push({ id: `lift-${bay}`, kind: 'sensor', bay, silence: 30 });
    if (parts.obd) devices.push({ id: `obd-${bay}`, kind: 'elm327', bay, silence: 5 });
    if (parts.scanner) devices.push({ id: `scan-${bay}`, kind: 'scanner', bay });
  }
  return devices;
}
