import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DeviceConfig, type DeviceOf } from '../../../config/schema/devices.ts';
import { createWedge, isWedge } from '../../../gateway/drivers/wedge.ts';
import type { Reading } from '../../../protocols/reading.ts';
import { KEY, typed } from '../../../simulators/wedge.ts';

const word = ['arm', 'ia32'].includes(arch()) ? 4 : 8;
const scanner = (port: string) =>
  DeviceConfig.parse({ kind: 'scanner', id: 'w', port, wire: 'keyboard' }) as DeviceOf<'scanner'>;

/** A device node as the kernel gives one: a pipe, which hands on bytes as they are written. */
function node() {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-wedge-'));
  const path = join(folder, 'event3');
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  const fd = openSync(path, constants.O_RDWR);
  let plugged = true;
  const unplug = () => {
    if (plugged) closeSync(fd);
    plugged = false;
  };
  onTestFinished(() => {
    unplug();
    rmSync(folder, { recursive: true });
  });
  return { path, write: (bytes: Buffer) => writeSync(fd, bytes), unplug };
}

function run(port: string) {
  const readings: Reading[] = [];
  const stop = new AbortController();
  const emit = async (batch: readonly Reading[]) => void readings.push(...batch);
  const ended = createWedge(scanner(port), { clock: () => 5 })
    .run(emit, stop.signal)
    .then(
      () => null,
      (e: unknown) => e,
    );
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return { readings, stop, ended };
}

const until = <T>(what: () => T) => expect.poll(what, { timeout: 10_000 });

describe('a scanner that plays a keyboard', () => {
  test('is heard at its input device, label by label', async () => {
    const device = node();
    const { readings } = run(device.path);
    await until(() => readings.map((r) => r.signal)).toEqual(['device.health']);
    device.write(typed('LSVAU2A35N2183546', KEY.enter, { word }));
    device.write(typed('LG-HOLD-parts', KEY.tab, { word }));
    await until(() => readings.slice(1).map((r) => [r.signal, r.value])).toEqual([
      ['scan.vin', 'LSVAU2A35N2183546'],
      ['scan.hold', 'parts'],
    ]);
  });

  test('that is unplugged is an unreachable line; stopping is no error', async () => {
    const device = node();
    const { readings, ended } = run(device.path);
    await until(() => readings.length).toBe(1);
    device.unplug();
    expect(await ended).toMatchObject({ code: 'unreachable', message: expect.stringContaining('plug it in again') });
    const other = run(node().path);
    await until(() => other.readings.length).toBe(1);
    other.stop.abort();
    expect(await other.ended).toBeNull();
  });

  test('that is not there is told with what to look for', async () => {
    expect(await run('/dev/input/by-id/usb-none-event-kbd').ended).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('by-id'),
    });
  });

  test('is known by its port, or by its option', () => {
    expect(isWedge({ port: '/dev/input/event3', wire: undefined })).toBe(true);
    expect(isWedge({ port: '/dev/ttyACM0', wire: undefined })).toBe(false);
    expect(isWedge({ port: '/dev/scanner', wire: 'keyboard' })).toBe(true);
  });
});
