import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { FoundPort } from './line.ts';

export interface KnownPort extends FoundPort {
  /** What the plug calls itself, e.g. `USB-Serial Controller`. */
  readonly product: string | null;
  /** A path that stays the same whatever else is plugged in; for the configuration. */
  readonly stable: string | null;
}

/**
 * The serial ports of a Linux machine, with the identity of their USB plugs, from what the kernel itself shows under
 * `/sys` (sysfs): no helper program is needed, so that it works in small containers and images too. Null where there is
 * no such file system.
 * @param root another `/`, for tests
 */
export async function kernelPorts(root = '/'): Promise<KnownPort[] | null> {
  const ttys = join(root, 'sys/class/tty');
  const names = await readdir(ttys).catch(() => null);
  if (names === null) return null;
  const stable = await stableNames(join(root, 'dev/serial/by-id'));
  const ports: KnownPort[] = [];
  for (const name of names.toSorted()) {
    // Consoles and pseudo-terminals have no device behind them; of the serial ports that a PC could have, those that
    // it has not are of type 0 (PORT_UNKNOWN).
    const device = await realpath(join(ttys, name, 'device')).catch(() => null);
    if (device === null || (await word(join(ttys, name, 'type'))) === '0') continue;
    const plug = await plugAbove(device, root);
    const of = (what: string) => (plug === null ? null : word(join(plug, what)));
    ports.push({
      path: `/dev/${name}`,
      vendorId: (await of('idVendor'))?.toLowerCase() ?? null,
      productId: (await of('idProduct'))?.toLowerCase() ?? null,
      manufacturer: await of('manufacturer'),
      product: await of('product'),
      serialNumber: await of('serial'),
      stable: stable.get(name) ?? null,
    });
  }
  return ports;
}

/** The USB device that a port belongs to: the first folder above with the identity in it. */
async function plugAbove(device: string, root: string): Promise<string | null> {
  const top = await realpath(root);
  for (let at = device; at.length > top.length && at !== dirname(at); at = dirname(at))
    if ((await word(join(at, 'idVendor'))) !== null) return at;
  return null;
}

async function stableNames(folder: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const link of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, link)).catch(() => null);
    if (target !== null) names.set(resolve(folder, target).split('/').at(-1)!, `/dev/serial/by-id/${link}`);
  }
  return names;
}

async function word(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null || text.trim() === '' ? null : text.trim().slice(0, 128);
}
