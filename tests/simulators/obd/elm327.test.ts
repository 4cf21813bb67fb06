import { expect, test } from 'vitest';
import type { DeviceLine } from '../../../simulators/device-line.ts';
import { createElm327Simulator } from '../../../simulators/obd/elm327.ts';
import { createVehicle, type Vehicle } from '../../../simulators/obd/vehicle.ts';

/** The adapter on a wire of memory: `say` types a line and gives everything up to the prompt. */
function terminal(vehicle: Vehicle | null) {
  let hear: (bytes: Uint8Array) => void = () => {};
  let text = '';
  const line: DeviceLine = {
    path: 'memory',
    onData: (listener) => {
      hear = listener;
      return () => {};
    },
    write: (bytes) => {
      text += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
    },
    close: () => Promise.resolve(),
  };
  const sim = createElm327Simulator({ line, vehicle, resetMs: 5, searchMs: 5, latencyMs: 1, timeoutMs: 5 });
  const type = (keys: string) => hear(Buffer.from(keys, 'latin1'));
  const say = async (keys: string) => {
    text = '';
    type(`${keys}\r`);
    await expect.poll(() => text, { timeout: 5_000 }).toMatch(/>$/);
    return text;
  };
  return { sim, say, type, text: () => text };
}

const vehicle = () => {
  const v = createVehicle({ vin: '1D4GP00R55B123456', clock: () => 0 });
  v.ignition(true);
  return v;
};

test('fresh from a reset it echoes, spaces, and sends line feeds', async () => {
  const { say } = terminal(vehicle());
  expect(await say('ATZ')).toBe('ATZ\r\n\r\n\r\nELM327 v1.5\r\n\r\n>');
  expect(await say('01 00')).toBe('01 00\r\nSEARCHING...\r\n41 00 BE 1B A0 13 \r\n41 00 80 08 00 00 \r\n\r\n>');
});

test('the settings do what the data sheet says', async () => {
  const { say } = terminal(vehicle());
  await say('ATE0');
  expect(await say('ATL0')).toBe('OK\r\r>');
  expect(await say('ATS0')).toBe('OK\r\r>');
  await say('0100');
  expect(await say('0902')).toBe('014\r0:490201314434\r1:47503030523535\r2:42313233343536\r\r>');
  expect(await say('ATH1')).toBe('OK\r\r>');
  expect(await say('0902')).toBe('7E81014490201314434\r7E82147503030523535\r7E82242313233343536\r\r>');
  expect(await say('ATDPN')).toBe('A6\r\r>');
});

test('what it does not know is a question mark, what nobody answers is NO DATA', async () => {
  const { say } = terminal(vehicle());
  await say('ATE0');
  await say('ATL0');
  expect(await say('ATXYZ')).toBe('?\r\r>');
  expect(await say('HELLO')).toBe('?\r\r>');
  await say('0100');
  expect(await say('015E')).toBe('NO DATA\r\r>');
});

test('a car that sleeps cannot be found', async () => {
  const v = createVehicle({ vin: '1D4GP00R55B123456', clock: () => 0 });
  const { say } = terminal(v);
  expect(await say('0100')).toContain('UNABLE TO CONNECT');
});

test('any byte while it is busy stops it', async () => {
  const { say, type, text } = terminal(vehicle());
  await say('ATE0');
  type('0100\r');
  type(' ');
  await expect.poll(text).toMatch(/STOPPED\r\n\r\n>$/);
});

test('a bare carriage return repeats the last command', async () => {
  const { say } = terminal(vehicle());
  await say('ATE0');
  expect(await say('ATI')).toBe(await say(''));
});
