import { describe, expect, test } from 'vitest';
import { usernameToken } from '../../gateway/drivers/camera/login.ts';
import { createCameraSimulator } from '../../simulators/camera/camera.ts';

const account = { user: 'u', password: 'p' };
const open = () => createCameraSimulator({ host: '127.0.0.1', port: 0, ...account, rules: ['Bay 1'], clock: Date.now });

async function post(url: string, header: string, body: string): Promise<{ status: number; text: string }> {
  const envelope =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">' +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
  const answer = await fetch(url, { method: 'POST', body: envelope });
  return { status: answer.status, text: await answer.text() };
}

const INFORMATION = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';

describe('the simulated camera', () => {
  test('tells the time to anyone, and its make only to its users', async () => {
    const camera = await open();
    const time = await post(camera.url, '', '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>');
    expect(time.text).toContain('UTCDateTime');
    const stranger = await post(camera.url, '', INFORMATION);
    expect(stranger.status).toBe(400);
    expect(stranger.text).toContain('ter:NotAuthorized');
    const user = await post(camera.url, usernameToken(account, Date.now()), INFORMATION);
    expect(user.status).toBe(200);
    expect(user.text).toContain('00012345678901234');
    await camera.close();
  });

  test('refuses a token that is wrong, old, or used before', async () => {
    const camera = await open();
    const token = usernameToken(account, Date.now());
    const statuses = [
      await post(camera.url, usernameToken({ ...account, password: 'q' }, Date.now()), INFORMATION),
      await post(camera.url, usernameToken(account, Date.now() - 3_600_000), INFORMATION),
      await post(camera.url, token, INFORMATION),
      await post(camera.url, token, INFORMATION),
    ].map((a) => a.status);
    expect(statuses).toEqual([400, 400, 200, 400]);
    await camera.close();
  });

  test('survives garbage, and says that it is none', async () => {
    const camera = await open();
    for (const body of ['', 'hello', '<a', '<s:Envelope xmlns:s="x"><s:Body></s:Body></s:Envelope>']) {
      const answer = await fetch(camera.url, { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('ter:WellFormed');
    }
    expect((await fetch(new URL('/snapshot', camera.url))).status).toBe(401);
    await camera.close();
  });

  test('knows its rules', async () => {
    const camera = await open();
    expect(() => camera.setOccupied('Bay 9', true)).toThrow(/no rule "Bay 9"; it has Bay 1/);
    await camera.close();
  });
});
