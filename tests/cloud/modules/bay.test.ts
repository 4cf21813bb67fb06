import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOf } from '../../../gateway/domain/calendar.ts';
import { storyOf } from '../../../gateway/domain/ledger.ts';
import { bayState } from '../../../gateway/domain/state.ts';
import { type EventBody, event, LEAVES, type Leaf } from '../../../protocols/event.ts';
import { type Interval, lossTree, type Piece } from '../../../protocols/ledger.ts';
import { CAR_A, Shop, settings } from '../../gateway/domain/kit.ts';
import {
  MONDAY_10,
  startTestCloud,
  type TestCloud,
  type TestGateway,
  type TestPerson,
  VIN,
} from '../../tools/cloud.ts';
import { layout } from '../../tools/facts.ts';

let cloud: TestCloud;
let gw: TestGateway;
let advisor: TestPerson;
/** 10:00 in Shanghai. */
const T = MONDAY_10;
const MINUTE = 60_000;
const MIDNIGHT = T - 600 * MINUTE;
const DAY = '2026-03-02';

const at = (minutes: number) => T + minutes * MINUTE;
function interval(from: number, to: number, leaf: Leaf, more: Partial<Interval> = {}): EventBody {
  const occupied = leaf === 'working' || leaf === 'waiting' || leaf === 'idle';
  return event('liftgate.bay.interval.v1', at(to), {
    ...{ bay: 'B1', interval: `B1.${from}`, version: 1, day: DAY, from: at(from), to: at(to), leaf, open: true },
    ...{ stay: occupied ? 's-1' : null, visit: null, vin: occupied ? VIN : null, order: occupied ? 'WO-1' : null },
    ...{ rule: 'r', evidence: [], confidence: null, by: 'engine' as const, at: at(to), removed: false, why: null },
    ...more,
  });
}
const ledger = async (day = DAY) => (await advisor.call('GET', `/v1/bays/B1/ledger?site=shop&day=${day}`)).body;
const told = (body: { pieces: { from: number; to: number; leaf: string; by: string }[] }) =>
  body.pieces.map((p) => [(p.from - T) / MINUTE, (p.to - T) / MINUTE, p.leaf, p.by]);

beforeAll(async () => {
  cloud = await startTestCloud();
  gw = await cloud.gateway('shop');
  advisor = await cloud.person('mei@example.com');
  await gw.send(layout(T));
  const order = { site: 'shop', order: 'WO-1', vin: VIN, standardMinutes: 60, rework: true };
  expect((await advisor.call('POST', '/v1/orders', order)).body.rework).toBe(true);
});
afterAll(() => cloud.stop());

describe('the ledger in the cloud', () => {
  test('is what the gateway told, whatever order it came in, with the open piece and figures that add up', async () => {
    cloud.now = at(200);
    await gw.send(
      interval(60, 110, 'working', { version: 2 }),
      interval(-600, -120, 'unknown', { open: false }),
      interval(60, 120, 'working'),
      interval(20, 60, 'waiting'),
      interval(-120, 20, 'empty'),
      interval(150, 160, 'idle', { version: 2, removed: true }),
      interval(150, 160, 'idle'),
      event('liftgate.bay.work.v1', at(110), {
        ...{ bay: 'B1', stay: null, state: 'none', reason: null, since: at(110), rule: 'no-car', leaf: 'empty' },
        open: true,
      }),
    );
    const body = await ledger();
    expect(told(body)).toEqual([
      [-600, -120, 'unknown', 'engine'],
      [-120, 20, 'empty', 'engine'],
      [20, 60, 'waiting', 'engine'],
      [60, 110, 'working', 'engine'],
      [110, 200, 'empty', 'engine'],
    ]);
    expect(body).toMatchObject({ bay: 'B1', timezone: 'Asia/Shanghai', from: MIDNIGHT, until: at(200) });
    const { body: all } = await advisor.call('GET', `/v1/ledger/day?site=shop&day=${DAY}`);
    expect(all).toMatchObject({ day: DAY, until: at(200), bays: [{ bay: 'B1', pieces: body.pieces }] });
    const { body: names } = await advisor.call('GET', '/v1/sites/shop/layout');
    expect(names).toEqual({ bays: [{ bay: 'B1', name: '1' }], devices: [{ device: 'cam-1', name: 'cam-1' }] });
    const { tree, percent, dwell, waitBeforeStart, visits, billedUtil, turnover } = body.figures;
    expect(tree).toMatchObject({ open: 320 * 60, closed: 480 * 60, missing: 0, occupied: 90 * 60 });
    expect(LEAVES.reduce((n, l) => n + Math.round(10 * percent[l]), 0)).toBe(1_000);
    expect({ visits, turnover, dwell, waitBeforeStart }).toEqual({
      ...{ visits: 1, turnover: 1, dwell: { count: 1, p50: 90 * 60, p90: 90 * 60 } },
      waitBeforeStart: { count: 1, p50: 40 * 60, p90: 40 * 60 },
    });
    expect(billedUtil).toBeCloseTo(60 / 320);
  });

  test('a range tells each bay and day and the whole, and names the hours of each ratio', async () => {
    const { status, body } = await advisor.call(
      'GET',
      '/v1/ledger?site=shop&from=2026-03-01&to=2026-03-02&labourSales=1600&labourRate=100',
    );
    expect(status).toBe(200);
    expect(body.bays[0].days.map((d: { day: string }) => d.day)).toEqual(['2026-03-01', DAY]);
    expect(body.figures.openDays).toBe(1);
    expect(body.figures.facilityUtil.value).toBeCloseTo(16 / body.figures.facilityUtil.hours);
    expect((await advisor.call('GET', '/v1/ledger?site=shop&from=2026-03-02&to=2026-03-01')).status).toBe(400);
    expect((await advisor.call('GET', '/v1/bays/B9/ledger?site=shop&day=2026-03-02')).status).toBe(404);
  });
});

describe('a correction', () => {
  const ask = { bay: 'B1', from: at(110), to: at(140), leaf: 'working', vin: VIN, why: 'the camera was covered' };
  const post = (body: object) => advisor.call('POST', '/v1/corrections?site=shop', body);

  test('rules at once, is kept with who, when and why, goes down to the workshop, and can be taken back', async () => {
    const made = await post(ask);
    expect(made).toMatchObject({ status: 201, body: { who: 'mei', at: cloud.now, why: ask.why, withdrawn: null } });
    expect(told(await ledger())).toContainEqual([110, 140, 'working', 'person']);
    expect(cloud.committed.at(-1)).toBe('shop');
    const { down } = await gw.send();
    const fact = down.events.find((e: { type: string }) => e.type === 'liftgate.bay.correction.v1');
    expect(fact).toMatchObject({
      subject: `correction/${made.body.correction}`,
      data: { who: advisor.id, leaf: 'working' },
    });
    // The workshop's own word on it is the same piece.
    await gw.send(
      interval(110, 140, 'working', {
        ...{ interval: `by-hand.${made.body.correction}`, rule: 'by-hand', by: 'person', stay: null, order: null },
        ...{ at: made.body.at, why: ask.why },
      }),
    );
    expect(told(await ledger()).filter(([, , , by]) => by === 'person')).toHaveLength(1);
    const path = `/v1/corrections/${made.body.correction}/withdraw?site=shop`;
    const back = await advisor.call('POST', path, { why: 'it was bay 2' });
    expect(back.body.withdrawn).toEqual({ who: 'mei', at: cloud.now, why: 'it was bay 2' });
    expect(told(await ledger()).some(([, , , by]) => by === 'person')).toBe(false);
    expect((await advisor.call('POST', path, { why: 'again' })).status).toBe(409);
    const list = await advisor.call('GET', `/v1/corrections?site=shop&from=${MIDNIGHT}&to=${at(600)}`);
    expect(list.body.items).toMatchObject([{ why: ask.why, withdrawn: { why: 'it was bay 2' } }]);
  });

  test('that makes no sense is refused, and so is one of a stranger', async () => {
    for (const wrong of [{ to: ask.from }, { to: at(500) }, { why: ' ' }, { leaf: null, vin: null }])
      expect((await post({ ...ask, ...wrong })).status).toBe(400);
    expect((await post({ ...ask, bay: 'B9' })).status).toBe(404);
    const elsewhere = await cloud.person('li@example.com', { sites: [] });
    expect((await elsewhere.call('POST', '/v1/corrections?site=shop', ask)).status).toBe(404);
  });

  test('of the site itself comes up as a fact, and its withdrawal counts even when it comes first', async () => {
    const said = {
      ...{ correction: 'site-1', bay: 'B1', from: at(0), to: at(10), leaf: 'idle' as const, vin: null, order: null },
      ...{ who: 'LW', at: at(50), why: 'was there', withdrawn: false },
    };
    const gone = { ...said, who: 'CH', at: at(55), why: 'was not', withdrawn: true };
    await gw.send(event('liftgate.bay.correction.v1', at(55), gone));
    await gw.send(event('liftgate.bay.correction.v1', at(50), said));
    expect((await ledger()).corrections).toContainEqual({
      ...{ correction: 'site-1', bay: 'B1', from: at(0), to: at(10), leaf: 'idle', vin: null, order: null },
      ...{ who: 'LW', at: at(50), why: 'was there', withdrawn: { who: 'CH', at: at(55), why: 'was not' } },
    });
  });
});

describe('a morning of the engine', () => {
  test('gives the same pieces and figures on site and in the cloud, even sent backwards', async () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(300);
    shop.stops('lift-1');
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.sleep(15 * MINUTE);
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(300);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(90);
    cloud.now = shop.now;
    const twin = await cloud.gateway('twin');
    const bays = ['1', '2', '3', '4'].map((bay) => ({ bay, name: bay, sort: 'lift' as const }));
    await twin.send(
      event('liftgate.site.layout.v1', shop.now, { name: 'Twin', timezone: 'Asia/Shanghai', bays, devices: [] }),
      ...shop.events
        .filter((e) => e.type === 'liftgate.bay.interval.v1' || e.type === 'liftgate.bay.work.v1')
        .reverse(),
    );
    const someone = await cloud.person('chen@example.com');
    const { body } = await someone.call('GET', '/v1/bays/1/ledger?site=twin&day=2026-03-03');
    const { timezone } = settings().site;
    const calendar = calendarOf(timezone, settings().shift);
    const { start: from, end: to } = calendar(shop.now);
    const onSite = storyOf('1', bayState(shop.state, '1').track!, calendar, [], { from, to }, shop.now);
    const bare = (pieces: readonly Piece[]) =>
      pieces.map(({ interval: _i, version: _v, at: _a, evidence: _e, confidence: _c, ...p }) => p);
    expect(bare(body.pieces)).toEqual(bare(onSite));
    expect(body.figures.tree).toEqual(lossTree(onSite, from, shop.now));
    expect(onSite.some((p) => p.rule === 'bridged')).toBe(true);
  });
});
