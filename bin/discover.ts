import { browseBrokers, type FoundBroker } from '../gateway/drivers/browse.ts';
import { discoverEverywhere, type FoundCamera } from '../gateway/drivers/camera/discovery.ts';
import { listPorts } from '../gateway/drivers/line.ts';
import { type KnownPort, kernelPorts } from '../gateway/drivers/ports.ts';
import { messageOf } from '../protocols/error.ts';
import { wrong } from './use.ts';

/** What USB plugs of workshop devices tell of themselves. Bridges sit in adapters and scanners alike. */
const USB: Readonly<Record<string, string>> = {
  '0403': 'FTDI bridge: an OBD adapter or a scanner',
  '067b': 'Prolific bridge: an OBD adapter or a scanner',
  '10c4': 'Silicon Labs bridge: an OBD adapter or a scanner',
  '1a86': 'WCH bridge: an OBD adapter or a scanner',
  '0483': 'STMicroelectronics: an OBD adapter or a scanner',
  '0c2e': 'Honeywell scanner',
  '05e0': 'Zebra scanner',
  '05f9': 'Datalogic scanner',
  '1eab': 'Newland scanner',
};

interface Search<T> {
  readonly found: readonly T[];
  /** Why there could be no search; null when there was one. */
  readonly fault: string | null;
}

/**
 * Looks for cameras (WS-Discovery), serial ports, and MQTT brokers (mDNS) that this machine can reach.
 * @returns exit code 0; 1 when none of the three searches was possible; 2 for wrong use.
 */
export async function run(options: { seconds: string; json?: boolean }): Promise<number> {
  const seconds = Number(options.seconds);
  if (!(seconds > 0 && seconds <= 60)) return wrong(`--seconds takes 0 to 60, got "${options.seconds}"`);
  const timeoutMs = seconds * 1000;
  const never = new AbortController().signal;
  const [cameras, ports, brokers] = await Promise.all([
    search(discoverEverywhere({ timeoutMs }, never)),
    search(serialPorts()),
    search(browseBrokers({ timeoutMs }, never)),
  ]);
  const all = {
    cameras: cameras.found.map(cameraLine),
    ports: ports.found.map((p) => ({ ...p, likely: likely(p) })),
    brokers: brokers.found.map((b) => ({ ...b, url: urlOf(b) })),
  };
  const faults = { cameras: cameras.fault, ports: ports.fault, brokers: brokers.fault };
  if (options.json) process.stdout.write(`${JSON.stringify({ ...all, faults }, null, 2)}\n`);
  else {
    tell('Cameras', cameras, all.cameras, (c) => `${c.url ?? c.from}  ${c.name ?? ''}  ${c.hardware ?? ''}  ${c.urn}`);
    tell('Serial ports', ports, all.ports, (p) => {
      const usb = p.vendorId === null ? '' : `  USB ${p.vendorId}:${p.productId}`;
      const words = [p.manufacturer, p.product, p.serialNumber, p.likely, p.stable].filter((w) => w !== null);
      return [`${p.path}${usb}`, ...words].join('  ');
    });
    tell('MQTT brokers', brokers, all.brokers, (b) => `${b.url}  ${b.name}`);
  }
  return Object.values(faults).every((f) => f !== null) ? 1 : 0;
}

/** From the kernel itself where it tells; elsewhere by the means of the operating system. */
async function serialPorts(): Promise<KnownPort[]> {
  const known = process.platform === 'linux' ? await kernelPorts() : null;
  return known ?? (await listPorts()).map((p) => ({ ...p, product: null, stable: null }));
}

async function search<T>(going: Promise<readonly T[]>): Promise<Search<T>> {
  try {
    return { found: await going, fault: null };
  } catch (e) {
    return { found: [], fault: messageOf(e) };
  }
}

function cameraLine(c: FoundCamera) {
  const scope = (name: string) => {
    const found = c.scopes.find((s) => s.includes(`/${name}/`));
    return found === undefined ? null : decodeURIComponent(found.slice(found.lastIndexOf('/') + 1));
  };
  // Of several addresses the one on the network that answered.
  const url = c.xaddrs.find((x) => URL.parse(x)?.hostname === c.from) ?? c.xaddrs[0] ?? null;
  return { ...c, url, name: scope('name'), hardware: scope('hardware') };
}

function likely({ vendorId }: KnownPort): string | null {
  return vendorId === null ? null : (USB[vendorId] ?? null);
}

function urlOf({ secure, host, port }: FoundBroker): string {
  return `${secure ? 'mqtts' : 'mqtt'}://${host}:${port}`;
}

function tell<T>(title: string, { fault }: Search<unknown>, found: readonly T[], line: (t: T) => string): void {
  process.stdout.write(`${title}\n`);
  if (fault !== null) process.stdout.write(`  no search: ${fault}\n`);
  else if (found.length === 0) process.stdout.write('  none found\n');
  for (const f of found) process.stdout.write(`  ${line(f).trimEnd()}\n`);
}
