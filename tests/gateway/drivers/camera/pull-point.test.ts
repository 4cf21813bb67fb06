import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openPullPoint, type PullPoint } from '../../../../gateway/drivers/camera/pull-point.ts';
import { openSession } from '../../../../gateway/drivers/camera/soap.ts';

const never = new AbortController().signal;

/** What a scripted camera does with a request: text to answer with, `hang up`, or nothing at all. */
type Script = (operation: string, request: string) => string | 'hang up' | Promise<string>;

async function scripted(script: Script, run: (url: string, seen: readonly string[]) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const server = createServer((req, res) => void serve(req, res));
  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    const operation = /<s:Body><(\w+)/.exec(text)?.[1] ?? '';
    seen.push(operation);
    const answer = await script(operation, text);
    if (answer === 'hang up') res.destroy();
    else res.end(`<Envelope><Body>${answer}</Body></Envelope>`);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
const life = (seconds: number) =>
  '<CurrentTime>2020-01-01T00:00:00Z</CurrentTime>' +
  `<TerminationTime>2020-01-01T08:00:${String(seconds).padStart(2, '0')}+08:00</TerminationTime>`;
const created = (seconds: number, parameters = '') =>
  `<CreatePullPointSubscriptionResponse><SubscriptionReference><Address>/events</Address>${parameters}` +
  `</SubscriptionReference>${life(seconds)}</CreatePullPointSubscriptionResponse>`;
const message =
  '<NotificationMessage><Topic>tns1:VideoSource/MotionAlarm</Topic><Message><Message/></Message></NotificationMessage>';
const session = (url: string) => openSession('cam-1', url, { user: 'u', password: 'p' }, Date.now);

describe.concurrent('pull points', () => {
  test('reference parameters of the subscription are echoed as headers, with their namespace', async () => {
    const parameters =
      '<ReferenceParameters><v:SubscriptionId xmlns:v="urn:vendor">0017</v:SubscriptionId></ReferenceParameters>';
    const pulls: string[] = [];
    const camera: Script = (operation, request) => {
      if (operation === 'CreatePullPointSubscription') return created(59, parameters);
      pulls.push(request);
      return `<${operation}Response>${life(59)}${message}</${operation}Response>`;
    };
    await scripted(camera, async (url) => {
      const point = (await openPullPoint(session(url), [url], never)) as PullPoint;
      expect(await point.pull()).toHaveLength(1);
    });
    expect(pulls).toHaveLength(2);
    for (const p of pulls) expect(p).toMatch(/<s:Header>.*<SubscriptionId xmlns="urn:vendor".*>0017<.*<\/s:Header>/);
  });

  test('a subscription whose end does not move on is renewed: as a duration, and as a time if that is refused', async () => {
    const renewals: string[] = [];
    const camera: Script = async (operation, request) => {
      if (operation === 'CreatePullPointSubscription') return created(2);
      if (operation === 'Renew') {
        renewals.push(/<TerminationTime>(.*)<\/TerminationTime>/.exec(request)?.[1] ?? '');
        return renewals.length === 1
          ? '<Fault><Code><Value>s:Sender</Value></Code><Reason><Text>no durations</Text></Reason></Fault>'
          : '<RenewResponse/>';
      }
      if (operation === 'PullMessages') await wait(1_200);
      return `<${operation}Response>${life(1)}${message}</${operation}Response>`;
    };
    await scripted(camera, async (url) => {
      const point = (await openPullPoint(session(url), [url], never)) as PullPoint;
      await point.pull();
    });
    expect(renewals).toEqual(['PT120S', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)]);
  });

  test('a fault that names a shorter time limit lowers ours', async () => {
    const timeouts: string[] = [];
    const camera: Script = (operation, request) => {
      if (operation === 'CreatePullPointSubscription') return created(59);
      const timeout = /<Timeout>(.*)<\/Timeout>/.exec(request)?.[1];
      if (timeout) timeouts.push(timeout);
      if (timeout === 'PT10S')
        return (
          '<Fault><Code><Value>s:Sender</Value></Code><Detail><PullMessagesFaultResponse>' +
          '<MaxTimeout>PT5S</MaxTimeout></PullMessagesFaultResponse></Detail></Fault>'
        );
      return `<${operation}Response>${life(59)}${message}</${operation}Response>`;
    };
    await scripted(camera, async (url) => {
      const point = (await openPullPoint(session(url), [url], never)) as PullPoint;
      await point.pull();
      await point.pull();
    });
    expect(timeouts).toEqual(['PT10S', 'PT5S', 'PT5S']);
  });

  test('a camera that hangs up when a quiet poll would end is asked for shorter ones', async () => {
    const timeouts: string[] = [];
    const camera: Script = async (operation, request) => {
      if (operation === 'CreatePullPointSubscription') return created(59);
      const timeout = /<Timeout>(.*)<\/Timeout>/.exec(request)?.[1];
      if (timeout) timeouts.push(timeout);
      if (timeout === 'PT10S') {
        await wait(9_800);
        return 'hang up';
      }
      return `<${operation}Response>${life(59)}${message}</${operation}Response>`;
    };
    await scripted(camera, async (url) => {
      const point = (await openPullPoint(session(url), [url], never)) as PullPoint;
      expect(await point.pull()).toEqual([]);
      expect(await point.pull()).toHaveLength(1);
    });
    expect(timeouts).toEqual(['PT10S', 'PT8S']);
  });

  test('a second pull while one is under way is refused on our side already', async () => {
    const camera: Script = async (operation) => {
      if (operation === 'PullMessages') await wait(500);
      return operation === 'CreatePullPointSubscription'
        ? created(59)
        : `<${operation}Response>${life(59)}${message}</${operation}Response>`;
    };
    await scripted(camera, async (url, seen) => {
      const point = (await openPullPoint(session(url), [url], never)) as PullPoint;
      const first = point.pull();
      await expect(point.pull()).rejects.toMatchObject({ code: 'internal' });
      await first;
      expect(seen.filter((o) => o === 'PullMessages')).toHaveLength(1);
    });
  });
});
