import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shareFleet } from '../../../cloud/modules/service/fleet.ts';
import { fromCloudEvent, toCloudEvent } from '../../../protocols/event.ts';
import { MONDAY_10, startTestCloud, type TestCloud, type TestGateway, type TestPerson } from '../../tools/cloud.ts';
import { alert, flag, layout, vehicle } from '../../tools/facts.ts';

const DAY = 86_400_000;
let cloud: TestCloud;
let gw: TestGateway;
let mei: TestPerson;
let cars = 0;

const HOURS = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'] as ('mon' | 'tue' | 'wed' | 'thu' | 'fri')[],
  open: '08:30',
  close: '17:30',
  holidays: ['2026-03-03'],
  special: [],
};

beforeAll(async () => {
  cloud = await startTestCloud();
  gw = await cloud.gateway('shop');
  mei = await cloud.person('mei@example.com');
  const told = layout(MONDAY_10);
  if (told.type !== 'liftgate.site.layout.v1') throw new Error('not a layout');
  await gw.send({ ...told, data: { ...told.data, hours: HOURS } });
});
afterAll(() => cloud.stop());

const newVin = () => `LSVAA4182E21848${String(10 + cars++)}`;
const later = (ms: number) => {
  cloud.now += ms;
};
const storyOf = async (vin: string) => (await mei.call('GET', `/v1/vehicles/${vin}?site=shop`)).body;
const casesOf = async (vin: string) => (await storyOf(vin)).cases;
const act = (vin: string, body: object, name = 'battery', who = mei) =>
  who.call('POST', `/v1/vehicles/${vin}/flags/${name}?site=shop`, body);
const actions = (down: { events: unknown[] }) =>
  down.events.map((e) => fromCloudEvent(e)).filter((e) => e.type === 'liftgate.flag.action.v1');

describe('the life of a flag', () => {
  test('begins watched, is raised, and each act says who and when; the same again changes nothing', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin, 'watch'));
    expect(await casesOf(vin)).toMatchObject([{ flag: 'battery', state: 'watching', raisedAt: null, changedBy: null }]);
    later(1_000);
    await gw.send(flag(cloud.now, vin, 'raised'));
    const first = await act(vin, { act: 'acknowledge' });
    expect(first.body).toMatchObject({ state: 'acknowledged', changedBy: 'mei', history: [{ act: 'acknowledge' }] });
    later(1_000);
    expect((await act(vin, { act: 'acknowledge' })).body).toEqual(first.body);
    const appointment = { from: cloud.now + DAY, until: cloud.now + DAY + 3_600_000 };
    expect((await act(vin, { act: 'book', appointment })).body).toMatchObject({ state: 'booked', appointment });
    const done = await act(vin, { act: 'verify' });
    expect(done.body).toMatchObject({ state: 'verified', outcome: 'repaired', closedAt: cloud.now });
    expect((await act(vin, { act: 'verify' })).body).toEqual(done.body);
    expect((await act(vin, { act: 'book' })).status).toBe(409);
    const reply = await gw.send();
    expect(actions(reply.down).map((e) => e.data)).toMatchObject(
      ['acknowledge', 'book', 'verify'].map((a) => ({ vin, flag: 'battery', act: a, by: mei.id })),
    );
    expect(await casesOf(vin)).toHaveLength(1);
  });

  test('goes down to every gateway of the site, each act of each flag, and to none of another site', async () => {
    const vin = newVin();
    const second = await cloud.gateway('shop', 'gw-2');
    const stranger = await cloud.gateway('elsewhere');
    await second.send();
    await gw.send(flag(cloud.now, vin), flag(cloud.now, vin, 'raised', { flag: 'brakes', unit: 'mm' }));
    await act(vin, { act: 'dismiss', reason: 'pads measured, 6 mm', outcome: 'found-fine' }, 'brakes');
    await act(vin, { act: 'acknowledge' });
    const told = actions((await second.send()).down).map((e) => [e.data.flag, e.data.act, e.data.reason]);
    expect(told).toEqual([
      ['brakes', 'dismiss', 'pads measured, 6 mm'],
      ['battery', 'acknowledge', null],
    ]);
    expect(actions((await stranger.send()).down)).toEqual([]);
  });

  test('a dismissal needs its reason; what is said again then opens nothing until it was well, or grows severe', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin));
    const bare = await act(vin, { act: 'dismiss' });
    expect([bare.status, bare.body.error.about]).toEqual([400, 'reason']);
    await act(vin, { act: 'dismiss', reason: 'drained by a fair' });
    later(1_000);
    await gw.send(flag(cloud.now, vin));
    expect(await casesOf(vin)).toMatchObject([{ state: 'dismissed', outcome: null }]);
    later(1_000);
    await gw.send(flag(cloud.now, vin, 'healthy'));
    later(1_000);
    await gw.send(flag(cloud.now, vin));
    expect(await casesOf(vin)).toMatchObject([{ state: 'raised' }, { state: 'dismissed' }]);
    await act(vin, { act: 'dismiss', reason: 'again' });
    later(1_000);
    await gw.send(flag(cloud.now, vin, 'raised', { severity: 'severe' }));
    expect((await casesOf(vin))[0]).toMatchObject({ state: 'raised', severity: 'severe' });
  });

  test('is opened again by a person, and only while no other case of it is active', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin));
    await act(vin, { act: 'dismiss', reason: 'looks fine' });
    later(1_000);
    expect((await act(vin, { act: 'reopen' })).body).toMatchObject({ state: 'raised', closedAt: null, outcome: null });
    expect((await act(vin, { act: 'reopen' })).body.history).toHaveLength(2);
    expect((await act(newVin(), { act: 'reopen' })).status).toBe(404);
  });

  test('an older word that arrives late, and the same batch twice, change nothing', async () => {
    const vin = newVin();
    const batch = gw.batch(gw.number(flag(cloud.now, vin)).map(toCloudEvent));
    await gw.post(batch);
    await gw.post(batch);
    await gw.send(flag(cloud.now - 5_000, vin, 'healthy'));
    expect(await casesOf(vin)).toMatchObject([{ state: 'raised', proposed: null }]);
  });

  test('readings that are well again ask for a word; what was only watched ends by itself', async () => {
    const [raised, watched] = [newVin(), newVin()];
    await gw.send(flag(cloud.now, raised), flag(cloud.now, watched, 'watch'));
    later(1_000);
    await gw.send(flag(cloud.now, raised, 'cleared'), flag(cloud.now, watched, 'healthy'));
    expect(await casesOf(raised)).toMatchObject([{ state: 'raised', proposed: 'readings', closedAt: null }]);
    expect(await casesOf(watched)).toMatchObject([{ state: 'watching', closedAt: cloud.now }]);
  });

  test('acknowledged at the alert or at the flag is one thing', async () => {
    const [a, b] = [newVin(), newVin()];
    for (const vin of [a, b])
      await gw.send(
        flag(cloud.now, vin),
        alert(cloud.now, `battery.${vin}`, 'raised', { kind: 'flag-raised', vin, detail: { flag: 'battery' } }),
      );
    const alertOf = async (vin: string) => (await mei.call('GET', `/v1/alerts?site=shop&vin=${vin}`)).body.items[0];
    await mei.call('POST', `/v1/alerts/${(await alertOf(a)).id}/acknowledge`);
    expect(await casesOf(a)).toMatchObject([{ state: 'acknowledged', changedBy: 'mei' }]);
    await act(b, { act: 'acknowledge' });
    expect(await alertOf(b)).toMatchObject({ acknowledgedBy: 'mei' });
  });

  test('what was done on the site’s own page counts here too', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin));
    later(1_000);
    const data = {
      vin,
      flag: 'battery',
      act: 'dismiss',
      reason: 'new battery last week',
      at: cloud.now,
      by: 'LW',
    } as const;
    await gw.send({ type: 'liftgate.flag.action.v1', subject: `vehicle/${vin}`, time: cloud.now, data });
    expect(await casesOf(vin)).toMatchObject([
      { state: 'dismissed', changedBy: 'LW', history: [{ act: 'dismiss', by: 'LW', reason: 'new battery last week' }] },
    ]);
    expect(actions((await gw.send()).down).filter((e) => e.data.vin === vin)).toEqual([]);
  });

  describe('said on site without knowing of what was said here', () => {
    const siteSays = (vin: string, at: number, more: object) =>
      gw.send({
        ...{ type: 'liftgate.flag.action.v1', subject: `vehicle/${vin}`, time: at },
        data: { vin, flag: 'battery', act: 'dismiss', reason: 'tested', at, by: 'LW', ...more },
      } as Parameters<typeof gw.send>[0]);

    test('what was earlier stands in the history, and does not count', async () => {
      const vin = newVin();
      await gw.send(flag(cloud.now, vin));
      later(60_000);
      await act(vin, { act: 'acknowledge' });
      later(1_000);
      await siteSays(vin, cloud.now - 30_000, {});
      expect(await casesOf(vin)).toMatchObject([
        {
          ...{ state: 'acknowledged', changedBy: 'mei', outcome: null },
          history: [
            { act: 'dismiss', by: 'LW', counted: false },
            { act: 'acknowledge', by: 'mei', counted: true },
          ],
        },
      ]);
    });

    test('what was later counts, also where the case was ended here meanwhile; the next word here comes after both', async () => {
      const vin = newVin();
      await gw.send(flag(cloud.now, vin));
      later(1_000);
      await act(vin, { act: 'verify' });
      const appointment = { from: cloud.now + DAY, until: cloud.now + DAY + 1 };
      // The clock of this site runs ahead.
      await siteSays(vin, cloud.now + 90_000, { act: 'book', reason: null, appointment });
      expect(await casesOf(vin)).toMatchObject([{ state: 'booked', changedBy: 'LW', appointment, outcome: null }]);
      await act(vin, { act: 'dismiss', reason: 'sold' });
      const [c] = await casesOf(vin);
      expect(c.history.map((h: { act: string; counted: boolean }) => [h.act, h.counted])).toEqual([
        ['dismiss', true],
        ['book', true],
        ['verify', true],
      ]);
      const down = actions((await gw.send()).down).filter((e) => e.data.vin === vin);
      expect(down.at(-1)!.data.at).toBeGreaterThanOrEqual(cloud.now + 90_000);
    });

    test('the alert of a flag that was acknowledged on site is acknowledged, by the initials', async () => {
      const vin = newVin();
      const about = { kind: 'flag-raised', vin, detail: { flag: 'battery' } } as const;
      await gw.send(flag(cloud.now, vin), alert(cloud.now, `battery.${vin}`, 'raised', about));
      await siteSays(vin, cloud.now + 1, { act: 'acknowledge', reason: null });
      const { items } = (await mei.call('GET', `/v1/alerts?site=shop&vin=${vin}`)).body;
      expect(items.filter((a: { vin: string }) => a.vin === vin)).toMatchObject([{ acknowledgedBy: 'LW' }]);
    });
  });

  test('that nothing of these was repaired is told as such, and not left to the words of the job', async () => {
    const told = async (more: object) => {
      const job = 'Battery replacement';
      const { order } = (await mei.call('POST', '/v1/orders', { site: 'shop', vin: newVin(), job })).body;
      for (const state of ['checked-in', 'in-progress', 'ready', 'closed'])
        await mei.call('PATCH', `/v1/orders/${order}?site=shop`, { state, ...(state === 'closed' ? more : {}) });
      const down = (await gw.send()).down.events.map((e) => fromCloudEvent(e));
      return down.find((e) => e.subject === `order/${order}`)!.data;
    };
    expect(await told({ repaired: [] })).toMatchObject({ state: 'closed', repaired: [] });
    expect(await told({})).not.toHaveProperty('repaired');
  });

  test('a closed work order that repaired the part asks to verify it, and tells the workshop what was repaired', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin), flag(cloud.now, vin, 'raised', { flag: 'oil', unit: '%' }));
    const { order } = (await mei.call('POST', '/v1/orders', { site: 'shop', vin })).body;
    const to = (body: object) => mei.call('PATCH', `/v1/orders/${order}?site=shop`, body);
    for (const state of ['checked-in', 'in-progress', 'ready']) await to({ state });
    expect((await to({ state: 'closed', repaired: ['battery'] })).body).toMatchObject({ repaired: ['battery'] });
    expect(await casesOf(vin)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ flag: 'battery', proposed: 'order', order, state: 'raised' }),
        expect.objectContaining({ flag: 'oil', proposed: null }),
      ]),
    );
    const told = (await gw.send()).down.events.filter((e) => e.subject === `order/${order}`);
    expect(told).toMatchObject([{ data: { state: 'closed', repaired: ['battery'] } }]);
    await act(vin, { act: 'verify' });
    expect(actions((await gw.send()).down).at(-1)?.data).toMatchObject({ vin, flag: 'battery', act: 'verify' });
  });
});

describe('the week', () => {
  const week = async () => (await mei.call('GET', '/v1/week?site=shop')).body;
  const callOf = async (vin: string) => (await week()).calls.find((c: { vin: string }) => c.vin === vin);
  const owner = (vin: string, consent: boolean) =>
    mei.call('POST', '/v1/customers', {
      site: 'shop',
      name: '王敏',
      phone: '13800135678',
      email: 'wang.min@example.com',
      vins: [vin],
      ...(consent ? { consent: { maintenance: true, source: 'form' } } : {}),
    });

  test('has one entry a car with every reason, hides how to reach the owner, and shows it to whoever needs it', async () => {
    const vin = newVin();
    await owner(vin, true);
    await gw.send(
      vehicle(cloud.now, `stay-${vin}`, vin),
      flag(cloud.now, vin),
      flag(cloud.now, vin, 'raised', { flag: 'brakes', unit: 'mm', severity: 'severe' }),
    );
    const call = await callOf(vin);
    expect(call).toMatchObject({
      plate: '沪A12345',
      customer: { name: '王敏', consent: true, phone: '138••••5678', email: 'w•••@example.com' },
    });
    expect(call.reasons.map((r: { flag: string }) => r.flag)).toEqual(['brakes', 'battery']);
    expect(JSON.stringify(await week())).not.toContain('13800135678');
    const shown = await mei.call('POST', `/v1/customers/${call.customer.id}/contact?site=shop`, { vin });
    expect(shown.body).toEqual({ phone: '13800135678', email: 'wang.min@example.com' });
    const { rows } = await cloud.database.db.query('SELECT person, vin FROM contact_views');
    expect(rows).toEqual([{ person: mei.id, vin }]);
  });

  test('without consent nobody is shown how to reach the owner', async () => {
    const vin = newVin();
    const { id } = (await owner(vin, false)).body;
    await gw.send(flag(cloud.now, vin));
    expect((await callOf(vin)).customer).toMatchObject({ consent: false });
    const refused = await mei.call('POST', `/v1/customers/${id}/contact?site=shop`, { vin });
    expect([refused.status, refused.body.error.about]).toEqual([409, 'no-consent']);
  });

  test('suggests the next free half-day in the opening hours before the window opens, and says when none is left', async () => {
    const [a, b, c] = [newVin(), newVin(), newVin()];
    cloud.now = MONDAY_10;
    mei = await mei.signInAgain();
    const due = (days: number) => ({ due: { early: cloud.now + days * DAY, likely: cloud.now + 9 * DAY, late: null } });
    await gw.send(
      flag(cloud.now, a, 'raised', due(5)),
      flag(cloud.now, b, 'raised', due(5)),
      flag(cloud.now, c, 'raised', due(1)),
    );
    // Tuesday the 3rd is a holiday: Wednesday morning is the first.
    const wednesday = Date.parse('2026-03-04T00:30:00Z');
    const noon = Date.parse('2026-03-04T04:00:00Z');
    expect((await callOf(a)).suggestion).toMatchObject({
      ...{ from: wednesday, until: noon, half: 'morning', taken: 0, places: 1, why: 'before-due', assumed: false },
    });
    await act(a, { act: 'book', appointment: { from: wednesday, until: noon } });
    expect((await callOf(b)).suggestion).toMatchObject({ from: noon, half: 'afternoon' });
    expect((await callOf(c)).suggestion).toMatchObject({ why: 'late' });
    expect(await callOf(a)).toBeUndefined();
    expect((await week()).booked).toMatchObject([{ vin: a, appointment: { from: wednesday } }]);
  });

  test('leaves out who is to be left alone, until then; notes a call; and calls again who did not come', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin));
    expect((await act(vin, { act: 'later', reason: 'on a journey' })).status).toBe(400);
    await act(vin, { act: 'later', reason: 'on a journey', until: cloud.now + DAY });
    expect(await callOf(vin)).toBeUndefined();
    later(DAY + 1);
    mei = await mei.signInAgain();
    expect(await callOf(vin)).toMatchObject({ called: null });
    await act(vin, { act: 'call', reason: 'wants to think about it' });
    await act(vin, { act: 'call', reason: 'wants to think about it' });
    expect((await callOf(vin)).called).toMatchObject({ by: 'mei', result: 'wants to think about it' });
    expect((await casesOf(vin))[0].history.filter((h: { act: string }) => h.act === 'call')).toHaveLength(1);
    await act(vin, { act: 'book', appointment: { from: cloud.now + DAY, until: cloud.now + DAY + 1 } });
    await act(vin, { act: 'missed' });
    expect(await callOf(vin)).toMatchObject({ reasons: [{ state: 'acknowledged' }] });
  });

  test('lists the parts by week, as the cause tells them, each car once', async () => {
    const [a, b] = [newVin(), newVin()];
    const at = (days: number) => ({ due: { early: cloud.now, likely: cloud.now + days * DAY, late: null } });
    await gw.send(
      flag(cloud.now, a, 'raised', { ...at(15), flag: 'misfire', unit: '1' }),
      flag(cloud.now, b, 'raised', { ...at(15), flag: 'misfire', unit: '1' }),
      flag(cloud.now, b, 'raised', { ...at(15), flag: 'fuel-trim', unit: '%', cause: 'air-meter' }),
      flag(cloud.now, a, 'raised', { ...at(15), flag: 'codes', unit: '1' }),
    );
    const { items } = (await mei.call('GET', '/v1/parts?site=shop')).body;
    const parts = items.find((w: { parts: { part: string }[] }) => w.parts.some((p) => p.part === 'air-meter')).parts;
    expect(parts.slice(0, 3)).toMatchObject([
      { part: 'ignition-coil', count: 2, name: { 'zh-CN': '点火线圈', en: 'Ignition coil' } },
      { part: 'spark-plugs', count: 2 },
      { part: 'air-meter', count: 1, cars: [{ vin: b, flag: 'fuel-trim', booked: false }] },
    ]);
  });
});

describe('how right the flags were', () => {
  test('counts what was looked at, with n and an interval; of nothing it makes nothing', async () => {
    const other = await cloud.gateway('outcomes');
    await other.send(layout(cloud.now));
    const at = '/v1/flag-outcomes?site=outcomes';
    expect((await mei.call('GET', at)).body.items).toEqual([]);
    const vins = [newVin(), newVin(), newVin(), newVin()];
    for (const vin of vins) await other.send(flag(cloud.now, vin));
    const does = (n: number, body: object) =>
      mei.call('POST', `/v1/vehicles/${vins[n]}/flags/battery?site=outcomes`, body);
    expect((await mei.call('GET', at)).body.items).toMatchObject([{ raised: 4, open: 4, precision: null }]);
    await does(0, { act: 'verify' });
    await does(1, { act: 'dismiss', reason: 'tested, good', outcome: 'found-fine' });
    await does(2, { act: 'dismiss', reason: 'car was sold' });
    const [battery] = (await mei.call('GET', at)).body.items;
    expect(battery).toMatchObject({ raised: 4, open: 1, repaired: 1, foundFine: 1, notLooked: 1 });
    // Wilson, p = 0.5, n = 2: 0.0945 to 0.9055.
    expect(battery.precision).toMatchObject({ value: 0.5, n: 2 });
    expect(battery.precision.low).toBeCloseTo(0.0945, 3);
    expect(battery.precision.high).toBeCloseTo(0.9055, 3);
  });
});

describe('cars of one kind', () => {
  test('are told from eight on, over all sites, as middle and spread, and never as a car', async () => {
    const [east, west] = [await cloud.gateway('east'), await cloud.gateway('west')];
    const vin = (n: number) => `LVHRU1881P50144${10 + n}`;
    const told = (n: number) =>
      flag(cloud.now, vin(n), 'healthy', {
        series: Array.from({ length: 12 }, (_, i) => ({ at: cloud.now - i * DAY, value: i < 10 ? 10 + n / 10 : 3 })),
      });
    for (let n = 0; n < 7; n++) await (n % 2 ? east : west).send(told(n));
    // The same car at two sites is one car.
    await east.send(told(0));
    const at = '/v1/fleet?model=LVHRU188/P';
    expect((await mei.call('GET', at)).body.items).toEqual([]);
    await west.send(told(7));
    const { items } = (await mei.call('GET', at)).body;
    expect(items).toEqual([expect.objectContaining({ model: 'LVHRU188/P', flag: 'battery', unit: 'V', cars: 8 })]);
    expect(items[0].median).toBeCloseTo(10.35, 6);
    expect(items[0].spread).toBeCloseTo(1.4826 * 0.2, 6);
    expect(JSON.stringify(items)).not.toContain('LVHRU1881P');
  });
});

describe('what cars of one kind have in common goes down to the workshops', () => {
  const vin = (n: number) => `LFV2A215XC30${10_000 + n}`;
  const told = (n: number, volts: number) =>
    flag(cloud.now, vin(n), 'healthy', {
      series: Array.from({ length: 8 }, (_, i) => ({ at: cloud.now - i * DAY, value: volts })),
      evidence: [{ name: 'crank', value: volts, unit: 'V' }],
    });
  const priors = (reply: { down: { events: unknown[] } }) =>
    reply.down.events.map((e) => fromCloudEvent(e)).filter((e) => e.type === 'liftgate.fleet.prior.v1');

  test('to those that have such a car, from three sites on, rounded, once, and taken back when too few are left', async () => {
    const sites = [await cloud.gateway('k-1'), await cloud.gateway('k-2'), await cloud.gateway('k-3')] as const;
    const other = await cloud.gateway('k-other');
    await other.send(flag(cloud.now, newVin()));
    // Nine cars of two sites: each of the two could tell the other's from it.
    for (let n = 0; n < 9; n++) await sites[n % 2]!.send(told(n, 10 + n / 100));
    await shareFleet(cloud.database.db, cloud.now);
    expect(priors(await sites[0].send())).toEqual([]);

    await sites[2].send(told(9, 10.5));
    expect((await shareFleet(cloud.database.db, cloud.now)).toSorted()).toEqual(['k-1', 'k-2', 'k-3']);
    const [first] = priors(await sites[0].send());
    expect(first).toMatchObject({ subject: 'fleet/LFV2A215/C', data: { model: 'LFV2A215/C' } });
    // Median 10.045, MAD 0.025.
    expect(first!.data).toMatchObject({
      features: [{ flag: 'battery', feature: 'crank', median: 10, spread: 0.0371 }],
    });
    expect(JSON.stringify(first)).not.toContain(vin(0).slice(0, 9));
    expect(priors(await other.send())).toEqual([]);

    expect(await shareFleet(cloud.database.db, cloud.now)).toEqual([]);
    expect(priors(await sites[0].send())).toEqual([]);

    await cloud.database.db.query("DELETE FROM vehicle_flags WHERE site = 'k-3'");
    await shareFleet(cloud.database.db, cloud.now);
    expect(priors(await sites[0].send()).map((e) => e.data)).toEqual([{ model: 'LFV2A215/C', features: [] }]);
    expect(await shareFleet(cloud.database.db, cloud.now)).toEqual([]);
  });

  test('flags that ask no other car are told to nobody', async () => {
    const sites = [await cloud.gateway('o-1'), await cloud.gateway('o-2'), await cloud.gateway('o-3')];
    for (let n = 0; n < 9; n++) {
      const series = Array.from({ length: 8 }, (_, i) => ({ at: cloud.now - i * DAY, value: 9 - i / 10 }));
      await sites[n % 3]!.send(
        flag(cloud.now, `LFPM4ACP9C1A${10_000 + n}`, 'healthy', { flag: 'brakes', unit: 'mm', series }),
      );
    }
    expect(await shareFleet(cloud.database.db, cloud.now)).not.toContain('o-1');
  });
});
