import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Part, warmUp } from '../../bin/demo/child.ts';
import type { CloudOrder, CloudReady } from '../../bin/demo/cloud.ts';
import type { GatewayOrder, GatewayReady } from '../../bin/demo/gateway.ts';
import { ensureBuilt } from '../../dashboard/serve/index.ts';
import { GATEWAY_PREFIX } from '../../protocols/sync.ts';
import { configurationOf } from '../../simulators/configuration.ts';
import type { Day } from '../../simulators/day.ts';
import { createRigs, type Rigs } from '../../simulators/rig.ts';

/** The whole chain, everything real but the hardware: gateway and cloud as processes of their own, devices in this one. */
export interface Lab {
  readonly folder: string;
  readonly cloudUrl: string;
  readonly gatewayUrl: string;
  readonly brokerUrl: string;
  readonly manager: { readonly email: string; readonly password: string };
  readonly rigs: Rigs;
  gateway(): Part;
  cloud(): Part;
  /** Starts the gateway again after it was ended. */
  restartGateway(): Promise<void>;
  restartCloud(): Promise<void>;
  close(): Promise<void>;
}

const EMAIL = 'manager@example.com';

/** @param change may alter the gateway's configuration text before it is used. */
export async function openLab(day: Day, change: (yaml: string) => string = (yaml) => yaml): Promise<Lab> {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-lab-'));
  // PostgreSQL may run as a user of its own, who must reach its folder.
  chmodSync(folder, 0o711);
  const ports = await freePorts(3);
  const [httpPort, cloudPort, brokerPort] = [ports[0]!, ports[1]!, ports[2]!];
  const brokerUrl = `mqtt://127.0.0.1:${brokerPort}`;
  const config = join(folder, 'gateway.yaml');
  const password = randomBytes(12).toString('base64url');
  const credential = `${GATEWAY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const order: CloudOrder = {
    port: cloudPort,
    folder: join(folder, 'cloud'),
    site: day.site.id,
    gateway: 'gw-1',
    credential,
    manager: { name: 'Lab', email: EMAIL, password },
  };
  const rigs = await createRigs({ day, clock: Date.now, broker: brokerUrl });
  const cloud = await warmUp<CloudOrder, CloudReady>('cloud', folder).start(order);
  const { url: cloudUrl } = cloud.ready;
  const around = { brokerPort, httpPort, folder: join(folder, 'gateway'), cloud: { url: cloudUrl, token: credential } };
  writeFileSync(config, change(configurationOf(day, rigs, around)), { mode: 0o600 });
  const startGateway = () => warmUp<GatewayOrder, GatewayReady>('gateway', folder).start({ config });
  const parts = { cloud: cloud.part, gateway: (await startGateway()).part };
  return {
    folder,
    cloudUrl,
    gatewayUrl: `http://127.0.0.1:${httpPort}`,
    brokerUrl,
    manager: { email: EMAIL, password },
    rigs,
    gateway: () => parts.gateway,
    cloud: () => parts.cloud,
    restartGateway: async () => {
      parts.gateway = (await startGateway()).part;
    },
    restartCloud: async () => {
      const again = { ...order, manager: null };
      parts.cloud = (await warmUp<CloudOrder, CloudReady>('cloud', folder).start(again)).part;
    },
    close: async () => {
      await rigs.close();
      await parts.gateway.stop();
      await parts.cloud.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ports that were free a moment ago. */
export async function freePorts(n: number): Promise<number[]> {
  const servers = Array.from({ length: n }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
