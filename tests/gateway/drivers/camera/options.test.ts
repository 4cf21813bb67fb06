import { describe, expect, test } from 'vitest';
import { selfSigned } from './certificate.ts';
import { healths, lastOf, openBench } from './rig.ts';

const QUIET = 60_000;

describe.concurrent('what a camera may be told in the configuration', () => {
  test(
    'a certificate that is pinned is trusted; another, or none pinned, is named with its fingerprint',
    async () => {
      const own = selfSigned();
      const other = selfSigned().fingerprint;
      const pin = own.fingerprint.toUpperCase().replace(/..(?!$)/g, '$&:');
      const bench = await openBench({ tls: own, settings: { fingerprint: pin } });
      const run = bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      await bench.stop();
      expect(await run).toBe(null);
      for (const settings of [{}, { fingerprint: other }]) {
        const refused = await openBench({ tls: own, settings });
        const error = await refused.run();
        expect(error).toMatchObject({ code: 'config', about: 'device cam-1' });
        expect(String(error).replaceAll(':', '').toLowerCase()).toContain(own.fingerprint);
        expect(healths(refused.readings)).toEqual(['wrong-certificate']);
        await refused.stop();
      }
    },
    QUIET,
  );

  test(
    'a contact wired to the camera becomes a sensor of its bay',
    async () => {
      const inputs = [
        { input: 'DI_1', signal: 'floor.presence', bay: '1', inverted: false },
        { input: '2', signal: 'tool.active', bay: '1', inverted: true },
      ] as const;
      const bench = await openBench({ settings: { inputs: [...inputs] } });
      void bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.tell('tns1:Device/Trigger/DigitalInput', [['InputToken', 'DI_1']], [['LogicalState', 'true']]);
      bench.camera.tell('tns1:Device/tnsaxis:IO/Port', [['port', '2']], [['state', '1']]);
      bench.camera.tell('tns1:Device/Trigger/DigitalInput', [['InputToken', 'DI_9']], [['LogicalState', 'true']]);
      await bench.until('both', (r) => r.some((x) => x.signal === 'tool.active'));
      const contacts = bench.readings.filter((r) => /^(floor|tool)/.test(r.signal));
      expect(contacts.map((r) => [r.signal, r.part, r.value])).toEqual([
        ['floor.presence', 'DI_1', true],
        ['tool.active', '2', false],
      ]);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'a topic of an unknown maker is read as the table in the configuration says, and goes before our own',
    async () => {
      const topics = [
        { topic: 'tnsnew:Shop/BayWatch', meaning: 'occupancy', state: 'CarThere', rule: 'Zone' },
        { topic: 'tnsnew:Shop/Lens', meaning: 'too-dark' },
        { topic: 'tns1:VideoSource/MotionAlarm', meaning: 'ignored' },
      ] as const;
      const bench = await openBench({ settings: { topics: [...topics] } });
      void bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.tell('tns1:VideoSource/MotionAlarm', [['Source', '1']], [['State', 'true']]);
      bench.camera.tell('tnsaxis:Shop/BayWatch', [['Zone', 'Bay 1']], [['CarThere', 'high']]);
      bench.camera.tell('tnsaxis:Shop/Lens', [['Source', '1']], [['State', 'true']]);
      await bench.until('the car', (r) => lastOf(r, 'Bay 1') === true);
      await bench.until('the lens', (r) => healths(r).at(-1) === 'too-dark');
      expect(bench.readings.some((r) => r.signal === 'camera.motion')).toBe(false);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'a camera that does not know the time is named; events are dated on arrival',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('no-clock');
      void bench.run();
      await bench.until('the name of it', (r) => healths(r).includes('clock-unknown'));
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      await bench.stop();
    },
    QUIET,
  );
});

describe.concurrent('every maker’s way of telling', () => {
  test.each(['axis', 'hikvision', 'dahua', 'tplink', 'reolink', 'bosch', 'milestone'] as const)(
    '%s: a car in, and out again',
    async (manner) => {
      const bench = await openBench({ manner });
      void bench.run();
      if (manner === 'hikvision') await bench.until('a connection', (r) => healths(r).includes('ok'));
      else await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setOccupied('Bay 1', true);
      await bench.until('a car', (r) => lastOf(r, 'Bay 1') === true);
      bench.camera.setOccupied('Bay 1', false);
      await bench.until('bay 1 empty', (r) => lastOf(r, 'Bay 1') === false);
      await bench.stop();
    },
    QUIET,
  );
});

describe('pictures, in a time-lapse', () => {
  test.each([
    ['frozen', 'frozen'],
    ['shifted', 'shifted'],
  ] as const)(
    'a camera whose view is %s is named within a minute, and well again when it is',
    async (fault, health) => {
      const bench = await openBench({ pace: 0.3 });
      void bench.run();
      await bench.until('a first picture', () => bench.camera.counts.pictures > 1);
      bench.camera.setFault(fault);
      await bench.until(health, (r) => healths(r).at(-1) === health);
      bench.camera.setFault(null);
      await bench.until('well again', (r) => healths(r).at(-1) === 'ok');
      await bench.stop();
    },
    QUIET,
  );

  test(
    'a picture that is refused is not asked for again: its login may lock the account',
    async () => {
      const bench = await openBench({ pace: 0.3 });
      bench.camera.setFault('snapshot-refused');
      void bench.run();
      await bench.until('its name', (r) => healths(r).includes('no-snapshot'));
      await bench.until('events all the same', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setFault(null);
      await new Promise((r) => setTimeout(r, 8_000));
      expect(bench.camera.counts.pictures).toBe(0);
      await bench.stop();
    },
    QUIET,
  );
});
