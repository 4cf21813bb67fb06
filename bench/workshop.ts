import { Day } from '../simulators/day.ts';

/** A workshop of sixteen bays with nothing but lift sensors: they carry the load. */
const BAYS = Array.from({ length: 16 }, (_, i) => `B${i + 1}`);

/** No load goes into this bay, and the rig has no sensor in it: its lift is what the latency is measured with. */
export const PROBE_BAY = 'B16';
export const PROBE = 'probe';

export const day = Day.parse({
  name: 'bench',
  site: { id: 'bench', name: 'Bench', timezone: 'UTC', locale: 'en' },
  pace: 0.05,
  bays: BAYS.map((id) => ({
    id,
    lift: id !== PROBE_BAY,
    camera: false,
    floor: false,
    air: false,
    obd: null,
    scanner: false,
  })),
  cars: [
    {
      vin: '1HGCM82633A004352',
      plate: 'AB·C1234',
      model: 'Accord',
      job: 'none',
      bay: 'B1',
      arrives: '0s',
      steps: ['1s leave'],
    },
  ],
});

const LOADED = BAYS.filter((bay) => bay !== PROBE_BAY);

/** Adds to the configuration a second lift sensor a bay for the load, and the probe. */
export function withLoadDevices(yaml: string, password: string): string {
  const sensor = (id: string, bay: string) =>
    `  - { id: ${id}, kind: sensor, signals: [lift.height], flood: 1000000, bay: ${bay}, password: ${password} }`;
  const extra = [...LOADED.map((bay) => sensor(`load-${bay}`, bay)), sensor(PROBE, PROBE_BAY)];
  return yaml.replace('\ndevices:\n', `\ndevices:\n${extra.join('\n')}\n`);
}

export const loadDevices = (password: string) => LOADED.map((bay) => ({ id: `load-${bay}`, password }));
