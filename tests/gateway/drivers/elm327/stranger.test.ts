import { afterEach, describe, expect, test } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import { openSession, type Session } from '../../../../gateway/drivers/elm327/session.ts';
import type { ReadingValue } from '../../../../protocols/reading.ts';
import { type Car, type Manner, openStranger, type Stranger } from '../../../tools/stranger.ts';

/** Adapters that are no ELM327 and were not written by those who wrote the driver: emulators of the public kind. */
const VIN = 'JTDBR32E720012345';
const HEX_VIN = Buffer.from(VIN).toString('hex').toUpperCase();

/** Two units; the second answers first, as it happens on a real bus. */
const CAR: Car = {
  '0100': [
    ['7EA', '4100983A8013'],
    ['7E8', '4100BE3FA813'],
  ],
  '0120': [['7E8', '412080000000']],
  '0101': [['7E8', '41018207E500']],
  '0104': [['7E8', '410464']],
  '0105': [['7E8', '41057B']],
  '010C': [
    ['7E8', '410C1AF8'],
    ['7EA', '410C1AF8'],
  ],
  '010D': [['7E8', '410D28']],
  '0121': [['7E8', '41210064']],
  '03': [['7E8', '430203010420']],
  '07': [['7E8', '4700']],
  '0900': [['7E8', '490055400000']],
  '0902': [['7E8', `490201${HEX_VIN}`]],
};
/** The same with one unit that prints codes as the older buses do. */
const ALONE: Car = {
  ...Object.fromEntries(Object.entries(CAR).map(([request, said]) => [request, said.filter(([s]) => s === '7E8')])),
  '03': [['7E8', '43030104200000']],
};

const WORDS = { I: 'ELM327 v1.5', Z: 'ELM327 v1.5', RV: '12.4V', DPN: 'A6' };

const MANNERS: Readonly<Record<string, readonly [Car, Manner]>> = {
  'greets with a banner, confirms all commands, prints no PCI': [
    CAR,
    {
      greeting: 'ELM327 v1.5\r\n\r\n>',
      unknown: 'OK',
      at: { I: 'ELM327 v1.5', Z: 'ELM327 v1.5\r\n>' },
      headers: 'whole',
      newline: '\r\n',
    },
  ],
  'greets in its own words': [CAR, { greeting: 'Welcome to the bench\r>', at: WORDS, unknown: 'OK' }],
  'greets with a bare prompt, confirms ATH1 and prints no headers': [
    ALONE,
    { greeting: '\r\n>', at: WORDS, unknown: 'OK', headers: 'forgotten', newline: '\r\n' },
  ],
  'knows neither services nor batches and says ? to them': [
    ALONE,
    { at: WORDS, headers: 'forgotten', unanswered: '?' },
  ],
  'searches once, answers from two units with spaces for ever, knows no batches': [
    CAR,
    {
      at: { ...WORDS, '@1': 'OBDII to RS232 Interpreter', WS: 'ELM327 v1.5' },
      spaces: true,
      searching: 'SEARCHING...\r',
    },
  ],
  'answers at one header alone': [CAR, { at: { ...WORDS, PC: 'OK', AR: 'OK' }, only: '7E0' }],
  'repeats requests after ATE0': [CAR, { at: WORDS, echoesRequests: true, batches: true, padding: '55' }],
  'sends a carriage return behind the prompt': [CAR, { at: WORDS, unknown: 'OK', tail: '\r', padding: 'AA' }],
  'says junk to ATI and does not tell its protocol': [
    CAR,
    { at: { I: 'v 0.1 (c) me', Z: 'hi' }, batches: true, padding: '00' },
  ],
};

let open: { stranger: Stranger; session?: Session } | null = null;
afterEach(async () => {
  await open?.session?.close();
  await open?.stranger.close();
  open = null;
});

/** What the gateway's driver hears of it until it has read speed, codes and name; it must end by itself when told to. */
async function driven(port: string): Promise<ReadonlyMap<string, ReadingValue>> {
  const driver = createElm327(
    { kind: 'elm327', id: 'obd-1', port, baud: 38_400, interval: 0.1 },
    { clock: () => Date.now() },
  );
  const values = new Map<string, ReadingValue>();
  const stop = new AbortController();
  await driver.run((batch) => {
    for (const r of batch) if (!values.has(r.signal)) values.set(r.signal, r.value);
    if (['obd.rpm', 'obd.vin', 'obd.codes.stored'].every((s) => values.has(s))) stop.abort();
    return Promise.resolve();
  }, stop.signal);
  return values;
}

describe('an emulator that', () => {
  test.each(Object.entries(MANNERS))('%s is read at the first try', async (_, [car, manner]) => {
    const stranger = await openStranger(car, manner);
    open = { stranger };
    const opened = await openSession({ port: stranger.port, baud: 38_400, signal: new AbortController().signal });
    if (!('session' in opened)) throw new Error(`${opened.failure.step}: ${opened.failure.heard}`);
    open.session = opened.session;
    const scan = await opened.session.scan();
    expect(scan.info.vin).toBe(VIN);
    expect(scan.codes.stored.flatMap((t) => t.value.map((c) => c.code)).sort()).toEqual(['P0301', 'P0420']);
    const named = (name: string) => scan.live.flatMap((l) => l.readings).find((r) => r.name === name)?.value;
    expect([named('rpm'), named('speed'), named('coolant')]).toEqual([1_726, 40, 83]);
    expect(scan.readiness[0]?.value.lamp).toBe(true);
    const seen = new Set<number>();
    const stop = new AbortController();
    const onValues = (told: readonly { readonly pid: number }[]) => {
      for (const { pid } of told) seen.add(pid);
      if (seen.size === 2) stop.abort();
    };
    await opened.session.close();
    // And at the second, whatever the first has left in it.
    const again = await openSession({ port: stranger.port, baud: 38_400, signal: new AbortController().signal });
    if (!('session' in again)) throw new Error(`${again.failure.step}: ${again.failure.heard}`);
    open.session = again.session;
    await again.session.watch([0x0c, 0x0d], { cap: Infinity, onValues }, stop.signal);
    await again.session.close();
    const values = await driven(stranger.port);
    expect([values.get('obd.vin'), values.get('obd.rpm')]).toEqual([VIN, 1_726]);
    expect(values.get('device.health')).toBe('ok');
  });
});
