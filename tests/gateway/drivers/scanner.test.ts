import { afterEach, describe, expect, test } from 'vitest';
import { createScanner } from '../../../gateway/drivers/scanner.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Reading } from '../../../protocols/reading.ts';
import type { DeviceLine } from '../../../simulators/device-line.ts';
import { openPty } from '../../../simulators/pty.ts';
import { createScannerSimulator, type ScannerOptions } from '../../../simulators/scanner.ts';
import { openTcpLine } from '../../../simulators/tcp-line.ts';

const VIN = 'LSVAU2A35N2183546';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function desk(line: DeviceLine, options: Partial<ScannerOptions> = {}, store?: Promise<void>) {
  const sim = createScannerSimulator({ line, ...options });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const driver = createScanner({ kind: 'scanner', id: 'scan-1', port: line.path, baud: 9_600 }, { clock: () => 1_000 });
  const ended = driver
    .run((batch) => {
      readings.push(...batch);
      return batch[0]!.signal === 'device.health' ? Promise.resolve() : (store ?? Promise.resolve());
    }, stop.signal)
    .then(
      () => null,
      (e: unknown) => e,
    );
  closing.push(async () => {
    stop.abort();
    await ended;
    await line.close();
  });
  await expect.poll(() => readings.length, { timeout: 10_000 }).toBe(1);
  return { sim, readings, ended, stop };
}

const until = <T>(what: () => T) => expect.poll(what, { timeout: 10_000 });

describe('a barcode scanner', () => {
  test.each(['pty', 'tcp'])('labels become readings over %s, and are acknowledged', async (wire) => {
    const line = wire === 'tcp' ? await openTcpLine() : openPty();
    const { sim, readings } = await desk(line, { aim: ']C0' });
    expect(readings[0]).toMatchObject({ device: 'scan-1', signal: 'device.health', value: 'ok' });
    sim.scan(VIN);
    sim.scan('LG-BAY-3');
    sim.scan('HOLD:parts');
    sim.scan('6901234567892');
    await until(() => readings.length).toBe(5);
    expect(readings.slice(1).map((r) => [r.signal, r.value])).toEqual([
      ['scan.vin', VIN],
      ['scan.bay', '3'],
      ['scan.hold', 'parts'],
      ['scan.unknown', '6901234567892'],
    ]);
    expect(readings[1]).toMatchObject({ part: ']C0', at: 1_000, vin: null, late: false });
    await until(() => sim.beeps).toEqual({ good: 3, bad: 1 });
  });

  test('a store that refuses its first word and a label at once ends the line, and nothing else', async () => {
    const line = await openTcpLine();
    const sim = createScannerSimulator({ line });
    const driver = createScanner(
      { kind: 'scanner', id: 'scan-1', port: line.path, baud: 9_600 },
      { clock: () => 1_000 },
    );
    const refused: string[] = [];
    // A rejection that nobody hears would fail the run, as it would end the gateway.
    const ended = driver.run(async ([first]) => {
      refused.push(first!.signal);
      if (first!.signal === 'device.health') {
        sim.scan('JOB:7');
        while (refused.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new LiftgateError('full', 'no room');
    }, new AbortController().signal);
    await expect(ended).rejects.toMatchObject({ code: 'full' });
    expect(refused).toEqual(['device.health', 'scan.job']);
    await line.close();
  });

  test('prefix, line feed and Chinese text are as real scanners send them', async () => {
    const { sim, readings } = await desk(openPty(), { prefix: '\x02', suffix: '\x03\r\n' });
    sim.scan(`*${VIN.toLowerCase()}*`);
    sim.scan('JOB:工单-7');
    await until(() => readings.slice(1).map((r) => r.value)).toEqual([VIN, '工单-7']);
  });

  test('noise and half a label do no harm to the next label', async () => {
    const { sim, readings } = await desk(openPty());
    sim.send(Uint8Array.of(0, 0xff, 0xfe, 0x0d));
    sim.send(new TextEncoder().encode(VIN.slice(0, 9)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    sim.send(new TextEncoder().encode(VIN.slice(9)));
    sim.scan('');
    await until(() => readings.at(-1)?.value).toBe(VIN);
  });

  test('a label is acknowledged only when it is on disk', async () => {
    const store = Promise.withResolvers<void>();
    const { sim, readings } = await desk(openPty(), {}, store.promise);
    sim.scan(VIN);
    await until(() => readings.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sim.beeps.good).toBe(0);
    store.resolve();
    await until(() => sim.beeps.good).toBe(1);
  });

  test('a store that refuses the label ends the run without a beep', async () => {
    const full = Promise.reject(new Error('disk full'));
    full.catch(() => {});
    const { sim, ended } = await desk(openPty(), {}, full);
    sim.scan(VIN);
    expect(await ended).toMatchObject({ message: 'disk full' });
    expect(sim.beeps.good).toBe(0);
  });

  test('a pulled plug is an unreachable line; stopping is no error', async () => {
    const line = openPty();
    const { ended } = await desk(line);
    await line.close();
    expect(await ended).toMatchObject({ code: 'unreachable' });
    const other = await desk(openPty());
    other.stop.abort();
    expect(await other.ended).toBeNull();
  });
});
