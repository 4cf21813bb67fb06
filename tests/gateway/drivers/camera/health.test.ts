import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type HealthChange, watchCamera } from '../../../../gateway/drivers/camera/watch.ts';
import { type CameraFault, createCameraSimulator } from '../../../../simulators/camera/camera.ts';
import type { LoginManner } from '../../../../simulators/camera/guard.ts';

const WITHIN_MS = 10_000;
const account = { user: 'gateway', password: 'bay camera 5.10' };

/** Watches until the camera's health is told with this name; gives what was told, and after how long. */
async function told(url: string, health: string, password = account.password) {
  const changes: HealthChange[] = [];
  const stop = new AbortController();
  const start = performance.now();
  let after = Number.POSITIVE_INFINITY;
  const timer = setTimeout(() => stop.abort(), 3 * WITHIN_MS);
  const onHealth = (c: HealthChange) => {
    changes.push(c);
    if (c.health !== health) return;
    after = performance.now() - start;
    stop.abort();
  };
  const deps = { clock: Date.now, random: () => 0.5, onRule: () => {}, onHealth };
  await watchCamera({ url, user: account.user, password }, deps, stop.signal);
  clearTimeout(timer);
  return { after, changes };
}

const NAMED: readonly [health: string, fault: CameraFault, login: LoginManner, advice: RegExp][] = [
  ['wrong-password', 'wrong-password', 'token', /check both in the configuration/],
  ['wrong-password', 'wrong-password', 'digest', /check both in the configuration/],
  ['no-profile', 'no-profiles', 'token', /create one/],
  ['no-event-service', 'no-events', 'digest', /switch them on/],
  // An hour ahead, and let in all the same: the token is made for the camera's clock.
  ['clock-skew', 'clock-ahead', 'token', /give it a time server/],
  ['clock-unknown', 'no-clock', 'digest', /set its clock/],
  ['pull-points-full', 'full', 'digest-sha256', /close other listeners/],
  ['no-snapshot', 'no-snapshot', 'token', /switch snapshots on/],
  ['no-snapshot', 'snapshot-404', 'digest', /switch snapshots on/],
  ['unreachable', 'refuse', 'token', /is the camera on/],
  ['unreachable', 'reset', 'token', /is the camera on/],
  ['unreachable', 'black-hole', 'token', /nothing whole within 5000 ms/],
  ['unreachable', 'html', 'token', /expected a SOAP answer/],
  ['unreachable', 'garbage', 'digest', /expected a SOAP answer/],
  ['unreachable', 'half-answer', 'token', /expected a SOAP answer/],
  ['busy', 'busy-on-create', 'token', /busy or still starting/],
];

describe('what is wrong with a camera is named within 10 s, with what to do', () => {
  test.each(NAMED)(
    '%s: %s, with login by %s',
    async (health, fault, login, advice) => {
      const camera = await createCameraSimulator({
        ...{ host: '127.0.0.1', port: 0, rules: ['Bay 1'], clock: Date.now, login },
        ...account,
      });
      camera.setFault(fault);
      const { after, changes } = await told(camera.url, health);
      await camera.close();
      expect(after, JSON.stringify(changes)).toBeLessThan(WITHIN_MS);
      expect(changes.at(-1)!.detail).toMatch(advice);
      expect(JSON.stringify(changes)).not.toContain(account.password);
    },
    60_000,
  );

  test('a camera that offers Basic alone, in clear, is no wrong password, and none is shown', async () => {
    let shown = '';
    const server = createServer((req, res) => {
      shown += JSON.stringify(req.headers);
      res.writeHead(401, { 'www-authenticate': 'Basic realm="cam"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`;
    const { after, changes } = await told(url, 'basic-only');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(after).toBeLessThan(WITHIN_MS);
    expect(changes).toMatchObject([{ health: 'basic-only', detail: expect.stringMatching(/digest.*https/) }]);
    expect(shown).not.toContain('Basic');
  }, 60_000);
});
