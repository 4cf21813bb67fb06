import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MONDAY_10, OTHER_VIN, startTestCloud, type TestCloud, type TestGateway, VIN } from '../../tools/cloud.ts';
import { alert, flag, layout, scan } from '../../tools/facts.ts';

/** All that may be called without a credential. */
const PUBLIC = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'POST /v1/session',
  'DELETE /v1/session',
  'POST /v1/setup',
  'GET /stop/:token',
  'POST /stop/:token',
];
/** Pages and documents: they hold no data. The drawing shows `/assets/*` as `/*`. */
const STATIC = /^(GET|HEAD) (\/|\/docs.*|\/\*|\/(wall|console|site)\/?)$/;

let cloud: TestCloud;
let north: TestGateway;
let south: TestGateway;
let routes: { method: string; url: string }[];

beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.app.ready();
  const { paths } = (cloud.app as unknown as { swagger(): { paths: Record<string, object> } }).swagger();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((m) => ({ method: m.toUpperCase(), url: path.replaceAll(/\{(\w+)\}/g, ':$1') })),
  );
  routes = [...described, { method: 'GET', url: '/metrics' }];
  north = await cloud.gateway('north');
  south = await cloud.gateway('south');
  await north.send(
    layout(MONDAY_10, 'North'),
    scan(MONDAY_10, VIN),
    alert(MONDAY_10, 'a', 'raised'),
    flag(MONDAY_10, VIN),
  );
  await south.send(layout(MONDAY_10, 'South'), scan(MONDAY_10, OTHER_VIN));
});
afterAll(() => cloud.stop());

const filled = (url: string) =>
  url
    .replace(':id', '0b0e1b1c-8d1b-4a53-9f53-0f5f8a3f7d11')
    .replace(':site', 'north')
    .replace(':gateway', 'gw-1')
    .replace(':vin', VIN)
    .replace(':flag', 'battery')
    .replace(':order', 'WO-1');

describe('without a credential', () => {
  test('every route but the listed ones is closed', async () => {
    expect(routes.length).toBeGreaterThan(20);
    const open: string[] = [];
    for (const { method, url } of routes) {
      if (PUBLIC.includes(`${method} ${url}`)) continue;
      const reply = await cloud.app.inject({ method: method as 'GET', url: filled(url) });
      if (reply.statusCode !== 401) open.push(`${method} ${url} → ${reply.statusCode}`);
    }
    expect(open).toEqual([]);
  });

  test('the server has no route that its description leaves out, but pages', () => {
    const tree = cloud.app.printRoutes({ commonPrefix: false });
    const known = new Set(routes.map((r) => r.url));
    const hidden = pathsOf(tree).filter((r) => !STATIC.test(r) && !r.startsWith('HEAD '));
    expect(hidden.filter((r) => !known.has(r.split(' ')[1]!))).toEqual([]);
    expect(hidden.length).toBeGreaterThan(20);
  });

  test('a path that is not there is 404 and says so', async () => {
    const reply = await cloud.app.inject({ method: 'GET', url: '/v1/nothing' });
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toMatchObject({ error: { code: 'not-found', message: 'there is no GET /v1/nothing' } });
  });
});

/** Reads Fastify's drawing of its routes: one line for each part of a path. */
function pathsOf(tree: string): string[] {
  const stack: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S*?) \(([A-Z, ]+)\)/.exec(line);
    const bare = /^([│ ]*)[├└]── (\S+)$/.exec(line);
    const part = found ?? bare;
    if (!part) return [];
    const depth = part[1]!.length / 4;
    stack[depth] = part[2]!;
    const path = stack.slice(0, depth + 1).join('') || '/';
    return found ? found[3]!.split(', ').map((m) => `${m} ${path}`) : [];
  });
}

describe('each kind of credential', () => {
  test('opens nothing of another kind', async () => {
    const person = await cloud.person('kinds@example.com');
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const tries = [
      { method: 'POST', url: '/v1/sync', headers: bearer(person.cookie), cookies: { lg_session: person.cookie } },
      { method: 'GET', url: '/v1/alerts', headers: bearer(north.credential) },
      { method: 'GET', url: '/v1/alerts', cookies: { lg_session: north.credential } },
      { method: 'GET', url: '/wall/api/start', headers: bearer(north.credential) },
    ] as const;
    for (const t of tries) expect((await cloud.app.inject(t)).statusCode).toBe(401);
  });

  test('of an advisor does not open what managers do', async () => {
    const advisor = await cloud.person('adv@example.com');
    for (const [method, url] of [
      ['GET', '/v1/people'],
      ['GET', '/v1/gateways'],
      ['DELETE', '/v1/gateways/north/gw-1'],
    ] as const)
      expect((await advisor.call(method, url)).status).toBe(403);
  });

  test('a page of another origin cannot act with the cookie', async () => {
    const person = await cloud.person('csrf@example.com');
    const reply = await cloud.app.inject({
      method: 'POST',
      url: '/v1/orders',
      cookies: { lg_session: person.cookie },
      headers: { host: 'cloud.example', origin: 'http://evil.example' },
      payload: { site: 'north' },
    });
    expect(reply.statusCode).toBe(401);
  });
});

describe('someone of the south', () => {
  test('sees nothing of the north, by any route and any id, and cannot tell it from what is not there', async () => {
    const boss = await cloud.person('boss@example.com', { role: 'manager' });
    const her = await cloud.person('her@example.com', { role: 'manager', sites: ['south'] });
    const order = (await boss.call('POST', '/v1/orders', { site: 'north', vin: VIN })).body.order;
    const customer = (await boss.call('POST', '/v1/customers', { site: 'north', name: '王', vins: [VIN] })).body.id;
    const alertId = (await boss.call('GET', '/v1/alerts?site=north')).body.items[0].id;
    const notice = (await boss.call('GET', '/v1/notices?site=north')).body.items[0].id;

    for (const list of ['alerts', 'vehicles', 'orders', 'customers', 'notices', 'gateways']) {
      expect((await her.call('GET', `/v1/${list}?site=north`)).status).toBe(404);
      const { body } = await her.call('GET', `/v1/${list}`);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`north|${VIN}`));
      expect((await boss.call('GET', `/v1/${list}?site=north`)).body.items.length).toBeGreaterThan(0);
    }
    const tries = [
      ['GET', `/v1/vehicles/${VIN}?site=north`],
      ['GET', `/v1/vehicles/${VIN}?site=south`],
      ['POST', `/v1/alerts/${alertId}/acknowledge`],
      ['GET', `/v1/orders/${order}?site=north`],
      ['GET', `/v1/orders/${order}?site=south`],
      ['PATCH', `/v1/orders/${order}?site=north`, { state: 'checked-in' }],
      ['PATCH', `/v1/orders/${order}?site=south`, { state: 'checked-in' }],
      ['POST', '/v1/orders', { site: 'north' }],
      ['POST', '/v1/orders', { site: 'south', customer }],
      ['GET', `/v1/customers/${customer}`],
      ['PATCH', `/v1/customers/${customer}`, { name: 'x' }],
      ['POST', '/v1/customers', { site: 'north', name: 'x' }],
      ['POST', `/v1/customers/${customer}/contact?site=north`, { vin: VIN }],
      ['POST', `/v1/customers/${customer}/contact?site=south`, { vin: VIN }],
      ['POST', `/v1/vehicles/${VIN}/flags/battery?site=north`, { act: 'acknowledge' }],
      ['POST', `/v1/vehicles/${VIN}/flags/battery?site=south`, { act: 'acknowledge' }],
      ['GET', '/v1/week?site=north'],
      ['GET', '/v1/parts?site=north'],
      ['GET', '/v1/flag-outcomes?site=north'],
      ['POST', `/v1/notices/${notice}/approve`],
      ['POST', `/v1/notices/${notice}/dismiss`, { reason: 'x' }],
      ['DELETE', '/v1/gateways/north/gw-1'],
      ['POST', '/v1/gateways', { site: 'north', gateway: 'gw-2' }],
      ['GET', '/wall/api/start?site=north'],
    ] as const;
    for (const [method, url, body] of tries)
      expect([url, (await her.call(method, url, body)).status]).toEqual([url, 404]);
    expect((await her.call('GET', '/v1/sites')).body.items.map((s: { site: string }) => s.site)).toEqual(['south']);
    const person = { name: 'x', email: 'x@example.com', password: 'long enough 1', sites: null };
    expect((await her.call('POST', '/v1/people', person)).status).toBe(403);
    expect(JSON.stringify((await her.call('GET', '/v1/people')).body)).not.toContain('boss@');
  });

  test('a gateway cannot write into another site, nor read its orders', async () => {
    const reply = await south.send(scan(MONDAY_10 + 1, VIN));
    expect(JSON.stringify(reply.down)).not.toContain('north');
    const { body } = await south.post(south.batch([{ ...toNorth(), id: 'e1-99' }]));
    expect(body.verdicts[0]).toMatchObject({ verdict: 'rejected' });
  });
});

function toNorth() {
  return {
    specversion: '1.0',
    id: 'e1-1',
    source: '/sites/north/gateways/gw-1',
    type: 'liftgate.scan.v1',
    subject: 'device/scanner-1',
    time: '2026-03-02T02:00:00Z',
    datacontenttype: 'application/json',
    data: { device: 'scanner-1', kind: 'vin', text: OTHER_VIN, bay: null, checkDigit: 'wrong' },
  };
}
