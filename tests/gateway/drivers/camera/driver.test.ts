import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isLiftgateError, isRetryable } from '../../../../protocols/error.ts';
import type { CameraFault } from '../../../../simulators/camera/camera.ts';
import { healths, lastOf, openBench } from './rig.ts';

const QUIET = 60_000;

describe.concurrent('the camera driver on a simulated camera', () => {
  test.each(['token', 'digest', 'digest-sess', 'digest-sha256'] as const)(
    'tells each rule at once, then each car in and out, with login by %s',
    async (login) => {
      const bench = await openBench({ login });
      bench.camera.setOccupied('Bay 2', true);
      const run = bench.run();
      await bench.until('both rules', (r) => lastOf(r, 'Bay 1') === false && lastOf(r, 'Bay 2') === true);
      bench.camera.setOccupied('Bay 1', true);
      await bench.until('a car in bay 1', (r) => lastOf(r, 'Bay 1') === true);
      bench.camera.setOccupied('Bay 1', false);
      await bench.until('bay 1 empty', (r) => lastOf(r, 'Bay 1') === false);
      expect(new Set(healths(bench.readings))).toEqual(new Set(['ok']));
      expect(bench.camera.counts).toMatchObject({ creates: 1, mostPullsAtOnce: 1 });
      await bench.stop();
      expect(await run).toBe(null);
    },
    QUIET,
  );

  test(
    'understands a camera that speaks of single objects',
    async () => {
      const bench = await openBench({ manner: 'objects' });
      bench.camera.setOccupied('Bay 1', true);
      void bench.run();
      await bench.until('a car in bay 1', (r) => lastOf(r, 'Bay 1') === true);
      bench.camera.setOccupied('Bay 1', false);
      await bench.until('bay 1 empty', (r) => lastOf(r, 'Bay 1') === false);
      // Nothing was ever said of bay 2: after 10 s that is told as unknown, never as empty.
      await bench.until('bay 2 unknown', (r) => lastOf(r, 'Bay 2') === null);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'gives a sign of life with an empty pull, well within the silence limit of 30 s',
    async () => {
      const bench = await openBench();
      void bench.run();
      await bench.until('the first sign', (r) => healths(r).length >= 1);
      const before = performance.now();
      const said = healths(bench.readings).length;
      await bench.until('another sign', (r) => healths(r).length > said);
      expect(performance.now() - before).toBeLessThan(25_000);
      await bench.stop();
    },
    QUIET,
  );

  test.each(['token', 'digest'] as const)(
    'names a wrong password, once, with login by %s',
    async (login) => {
      const bench = await openBench({ login });
      const error = await bench.run({ password: 'guess' });
      expect(error).toMatchObject({ code: 'denied', about: 'device cam-1' });
      expect(String(error)).toMatch(/cam-1.*refuses user "gateway".*check user and password/);
      expect(String(error)).not.toContain('guess');
      expect(healths(bench.readings)).toEqual(['wrong-password']);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'ends as denied when the password is changed while it listens',
    async () => {
      const bench = await openBench();
      const run = bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setFault('wrong-password');
      bench.camera.setOccupied('Bay 1', true);
      expect(await run).toMatchObject({ code: 'denied' });
      expect(healths(bench.readings).at(-1)).toBe('wrong-password');
      await bench.stop();
    },
    QUIET,
  );

  test(
    'asks to be run again after a 503 on create, and is well when it is',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('busy-on-create');
      const error = await bench.run();
      expect(error).toMatchObject({ code: 'busy' });
      expect(isRetryable(error)).toBe(true);
      expect(bench.readings).toEqual([]);
      bench.camera.setFault(null);
      void bench.run();
      await bench.until('recovery', (r) => lastOf(r, 'Bay 1') === false);
      await bench.stop();
    },
    QUIET,
  );

  test.each(['reboot', 'drop-subscription'] as const)(
    'finds the car again after %s in the middle of a stay',
    async (fault) => {
      const bench = await openBench();
      const first = bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setOccupied('Bay 1', true);
      await bench.until('a car', (r) => lastOf(r, 'Bay 1') === true);
      bench.camera.setFault(fault);
      const error = await first;
      expect(error).toMatchObject({ code: 'unreachable' });
      expect(isRetryable(error)).toBe(true);
      const said = bench.readings.length;
      void bench.run();
      await bench.until('the car again', (r) => lastOf(r.slice(said), 'Bay 1') === true);
      // At no time did the gap read as an empty bay.
      const values = bench.readings.filter((r) => r.part === 'Bay 1').map((r) => r.value);
      expect(values).toEqual([false, true, true]);
      await bench.stop();
    },
    QUIET,
  );

  test.each<CameraFault>(['html', 'half-answer', 'black-hole'])(
    'gives up in time on a camera with %s',
    async (fault) => {
      const bench = await openBench();
      bench.camera.setFault(fault);
      const error = await bench.run();
      expect(isLiftgateError(error) && error.code).toBe('unreachable');
      expect(isRetryable(error)).toBe(true);
      expect(String(error)).toContain('cam-1');
      expect(bench.readings).toEqual([]);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'gives up on a camera that goes dumb while it is listened to',
    async () => {
      const bench = await openBench();
      const run = bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setFault('black-hole');
      bench.camera.setOccupied('Bay 1', true);
      expect(await run).toMatchObject({ code: 'unreachable' });
      expect(lastOf(bench.readings, 'Bay 1')).toBe(false);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'reads times with +08:00, and dates events by them',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('local-times');
      void bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      bench.camera.setOccupied('Bay 1', true);
      await bench.until('a car', (r) => lastOf(r, 'Bay 1') === true);
      for (const r of bench.readings) expect(Math.abs(Date.now() - r.at)).toBeLessThan(30_000);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'logs in to a camera whose clock is an hour ahead, says so, and dates events by its own',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('clock-ahead');
      void bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      expect(healths(bench.readings)).toContain('clock-skew');
      for (const r of bench.readings) expect(Math.abs(Date.now() - r.at)).toBeLessThan(30_000);
      await bench.stop();
    },
    QUIET,
  );

  test.each([
    ['no-profiles', 'no-profile'],
    ['no-snapshot', 'no-snapshot'],
  ] as const)(
    'goes on without pictures and names it (%s)',
    async (fault, health) => {
      const bench = await openBench();
      bench.camera.setFault(fault);
      void bench.run();
      await bench.until(health, (r) => healths(r).includes(health));
      await bench.until('events all the same', (r) => lastOf(r, 'Bay 1') === false);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'names a camera without events',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('no-events');
      const error = await bench.run();
      expect(error).toMatchObject({ code: 'config' });
      expect(String(error)).toContain('switch ONVIF events on');
      expect(healths(bench.readings)).toEqual(['no-event-service']);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'names a camera whose pull points are all taken',
    async () => {
      const bench = await openBench();
      const others = await Promise.all([1, 2, 3, 4].map(() => openBench()));
      for (const other of others) void other.run({ url: bench.camera.url });
      for (const other of others) await other.until('its own word', (r) => lastOf(r, 'Bay 1') === false);
      const error = await bench.run();
      expect(error).toMatchObject({ code: 'busy', retryAfterMs: 20_000 });
      expect(healths(bench.readings)).toEqual(['pull-points-full']);
      for (const other of others) await other.stop();
      await bench.stop();
    },
    QUIET,
  );

  test(
    'slows down for a camera that answers pulls at once with nothing',
    async () => {
      const bench = await openBench();
      bench.camera.setFault('no-long-poll');
      void bench.run();
      await bench.until('the name of it', (r) => healths(r).includes('no-long-poll'));
      const before = bench.camera.counts.pulls;
      await new Promise((r) => setTimeout(r, 4_000));
      expect(bench.camera.counts.pulls - before).toBeLessThan(10);
      await bench.stop();
    },
    QUIET,
  );

  test(
    'reaches services behind NAT, whatever host the camera thinks it has',
    async () => {
      const bench = await openBench({ advertisedHost: '192.0.2.77' });
      void bench.run();
      await bench.until('a first word', (r) => lastOf(r, 'Bay 1') === false);
      await new Promise((r) => setTimeout(r, 1_000));
      expect(healths(bench.readings)).not.toContain('no-snapshot');
      await bench.stop();
    },
    QUIET,
  );

  test(
    'lets its pull point go when it is stopped in good order',
    async () => {
      const bench = await openBench({ pace: 0.3 });
      for (let i = 0; i < 6; i += 1) {
        // A camera with four pull points would refuse the fifth.
        const said = bench.readings.length;
        void bench.run();
        await bench.until('a word', (r) => lastOf(r.slice(said), 'Bay 1') === false);
        await bench.halt();
      }
      await bench.stop();
    },
    QUIET,
  );

  test(
    'says what came when the url is that of something else',
    async () => {
      const server = createServer((_req, res) => res.writeHead(404, { 'content-type': 'text/plain' }).end('not here'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const bench = await openBench();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service?key=secret`;
      const error = await bench.run({ url });
      expect(String(error)).toMatch(
        /expected a SOAP answer.*got HTTP 404 text\/plain.*is the url that of an ONVIF device service/,
      );
      expect(String(error)).not.toContain('secret');
      await bench.stop();
      await new Promise((resolve) => server.close(resolve));
    },
    QUIET,
  );
});
