import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readGatewayConfig } from '../../config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { type CameraOptions, type CameraSimulator, createCameraSimulator } from '../../simulators/camera/camera.ts';

/** A gateway with one simulated camera over two bays, its site page behind a password. */
export interface CameraSite {
  readonly url: string;
  readonly folder: string;
  readonly camera: CameraSimulator;
  /** The cookie of somebody who is signed in. */
  readonly cookie: string;
  /** All that the gateway wrote into its log. */
  readonly logged: readonly string[];
  /** Calls `/site/api` as the page does. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
  /** Stops the gateway and starts it again on the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const SITE_PASSWORD = 'workshop-password';
export const OUTLINES: Readonly<Record<string, [number, number][]>> = {
  B1: [
    [0.03, 0.15],
    [0.47, 0.15],
    [0.47, 0.98],
    [0.03, 0.98],
  ],
  B2: [
    [0.53, 0.15],
    [0.97, 0.15],
    [0.97, 0.98],
    [0.53, 0.98],
  ],
};

export async function openCameraSite(
  more: {
    readonly pages?: string;
    readonly cloud?: string;
    /** The option `pixels` as YAML; null: not given. */
    readonly pixels?: string | null;
    readonly password?: string;
    readonly camera?: Partial<CameraOptions>;
    readonly locale?: string;
  } = {},
): Promise<CameraSite> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-cameras-'));
  const login = { user: 'liftgate', password: 'camera-password' };
  const camera = await createCameraSimulator({
    ...{ host: '127.0.0.1', port: 0, clock: Date.now, rules: ['B1', 'B2'], ...login },
    ...more.camera,
  });
  const { pixels = '{ every: 1 }' } = more;
  const text = `
site: { id: north, name: "北区维修车间", timezone: Asia/Shanghai, locale: ${more.locale ?? 'en'} }
store: { folder: "${folder}/data" }
http: { host: 127.0.0.1, port: 0 }
${more.cloud ? `cloud: { url: "${more.cloud}", token: a-credential-of-this-gateway }` : ''}
rules: { pace: 0.05, minimumStay: 1, minimumGap: 1 }
bays: [{ id: B1, name: Bay 1 }, { id: B2, name: Bay 2 }]
devices:
  - kind: camera
    id: cam-1
    name: Ceiling north
    url: "${camera.url}"
    user: liftgate
    password: ${more.password ?? 'camera-password'}
    rules: [{ rule: B1, bay: B1 }, { rule: B2, bay: B2 }]
    ${pixels === null ? '' : `pixels: ${pixels}`}
`;
  const read = readGatewayConfig(text, join(folder, 'site.yaml'));
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (l: string) => void logged.push(l) });
  const start = (): Promise<Gateway> =>
    startGateway(read.config, { log, ...(more.pages === undefined ? {} : { pages: more.pages }) });
  let gateway = await start();
  const token = new URL(gateway.setUpLink!).hash.slice('#token='.length);
  const set = await fetch(`${gateway.url}/site/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: SITE_PASSWORD }),
  });
  const cookie = set.headers.get('set-cookie')!.split(';')[0]!;
  return {
    get url() {
      return gateway.url;
    },
    folder,
    camera,
    cookie,
    logged,
    call: (method, path, body) =>
      fetch(`${gateway.url}/site/api${path}`, {
        method,
        headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async restart() {
      await gateway.stop();
      gateway = await start();
    },
    async close() {
      await gateway.stop();
      await camera.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
