import { stringify } from 'yaml';
import type { Day } from './day.ts';
import type { Rigs } from './rig.ts';

export interface Surroundings {
  readonly brokerPort: number;
  readonly httpPort: number;
  readonly folder: string;
  /** Site-local time that the bays open at; midnight if left out. */
  readonly open?: string;
  readonly cloud?: { readonly url: string; readonly token: string };
}

/** The gateway configuration (YAML) that fits the simulated devices of a day. */
export function configurationOf(day: Day, rigs: Rigs, around: Surroundings): string {
  return stringify({
    site: day.site,
    gateway: { id: 'gw-1' },
    store: { folder: around.folder },
    http: { host: '127.0.0.1', port: around.httpPort },
    wall: { access: 'loopback' },
    ...(around.cloud ? { cloud: around.cloud } : {}),
    mqtt: { mode: 'embedded', host: '127.0.0.1', port: around.brokerPort },
    shift: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: around.open ?? '00:00', close: '00:00' },
    rules: { pace: day.pace },
    bays: day.bays.map(({ id, name, sort }) => ({ id, name: name ?? id, sort })),
    devices: rigs.devices,
  });
}
