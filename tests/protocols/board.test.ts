import { describe, expect, test } from 'vitest';
import { apply, type BoardView, diff, EMPTY_BOARD, fold, foldAll, tail } from '../../protocols/board.ts';
import { type EventData, type EventType, event, type WorkshopEvent } from '../../protocols/event.ts';
import fc from '../tools/property.ts';
import { anyLog } from './arbitrary.ts';

const json = <T>(v: T): T => JSON.parse(JSON.stringify(v));
const RUNS = { numRuns: 60 };

let seq = 0;
const at = <T extends EventType>(time: number, type: T, data: EventData<T>): WorkshopEvent => {
  seq += 1;
  return { ...event(type, time, data), site: 's', gateway: 'g', epoch: 'e', seq } as WorkshopEvent;
};

const occupied = (time: number, stay: string | null, state: 'occupied' | 'empty' = 'occupied') =>
  at(time, 'liftgate.bay.occupancy.v1', {
    bay: '1',
    state,
    since: time,
    stay,
    confidence: 0.9,
    rule: 'two-agree',
    evidence: [],
  });
const car = (time: number, stay: string) =>
  at(time, 'liftgate.bay.vehicle.v1', {
    bay: '1',
    stay,
    vin: 'LSVAG2180E2100001',
    plate: '沪A·12345',
    model: 'Lavida',
    order: null,
    promisedAt: 5,
    by: 'scan',
    conflict: null,
  });

describe('the board', () => {
  test('the fold of any split of the log is the same view, also over a snapshot that travelled', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(40), (log, cut) => {
        const whole = foldAll(EMPTY_BOARD, log);
        const half = foldAll(EMPTY_BOARD, log.slice(0, cut));
        expect(foldAll(half, log.slice(cut))).toEqual(whole);
        expect(foldAll(json(half), log.slice(cut))).toEqual(whole);
      }),
      RUNS,
    );
  });

  test('a view plus its difference to the next is the next, also over the wire', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(40), (log, cut) => {
        const prev = foldAll(EMPTY_BOARD, log.slice(0, cut));
        const next = foldAll(prev, log.slice(cut));
        const change = diff(prev, next);
        expect(change === null ? prev : apply(prev, change)).toEqual(next);
        expect(change === null ? json(prev) : apply(json(prev), json(change))).toEqual(json(next));
        expect(json(next)).toEqual(next);
      }),
      RUNS,
    );
  });

  test('a difference names only what changed, and none is null', () => {
    const view = foldAll(EMPTY_BOARD, [occupied(10, 'a'), car(11, 'a')]);
    expect(diff(view, view)).toBeNull();
    const next = fold(view, at(12, 'liftgate.bay.lift.v1', { bay: '2', raised: true, heightMm: null }));
    expect(Object.keys(diff(view, next)!)).toEqual(['bays']);
    expect(Object.keys(diff(view, next)!.bays!)).toEqual(['2']);
    expect(next.bays['1']).toBe(view.bays['1']);
  });

  test('an event that is older than what the view holds of the same aspect changes nothing', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const aspects = new Map<string, WorkshopEvent>();
        let view: BoardView = EMPTY_BOARD;
        for (const e of log) {
          // A new layout takes bays and devices away, and what was known of them.
          if (e.type === 'liftgate.site.layout.v1') continue;
          view = fold(view, e);
          if (!e.type.startsWith('liftgate.bay.') && e.type !== 'liftgate.device.v1') continue;
          const aspect = `${e.type} ${e.subject}`;
          const newest = aspects.get(aspect);
          if (!newest || e.seq > newest.seq) aspects.set(aspect, e);
          else expect(fold(view, e)).toBe(view);
        }
        for (const e of aspects.values()) {
          expect(fold(view, { ...e, seq: e.seq - 1, time: e.time + 1 })).toBe(view);
          expect(fold(view, { ...e, epoch: 'other', seq: e.seq + 1, time: e.time - 1 })).toBe(view);
        }
      }),
      RUNS,
    );
  });

  test('a clock that was set back does not stop the tiles: the numbers of a log are its order', () => {
    const ahead = occupied(4_000_000_000_000, 'a');
    const view = foldAll(EMPTY_BOARD, [ahead, occupied(10, 'b')]);
    expect(view.bays['1']).toMatchObject({ stay: 'b', since: 10 });
  });

  test('events that arrive in any order within their log give the same alerts and cars', () => {
    const word = fc.constantFrom('raised', 'cleared').map((state) =>
      event('liftgate.alert.v1', 5, {
        ...{ alert: 'a', kind: 'device-offline', severity: 'warning', since: 5, bay: null, device: 'd', vin: null },
        ...{ state: state as 'raised' | 'cleared', detail: {} },
      }),
    );
    const log = fc
      .array(word, { minLength: 1, maxLength: 8 })
      .map((bodies) =>
        bodies.map(
          (b, i): WorkshopEvent => ({ ...b, site: 's', gateway: 'g', epoch: 'e', seq: i + 1 }) as WorkshopEvent,
        ),
      );
    const shuffled = log.chain((l) => fc.tuple(fc.constant(l), fc.shuffledSubarray(l, { minLength: l.length })));
    fc.assert(
      fc.property(shuffled, ([inOrder, mixed]) => {
        expect(foldAll(EMPTY_BOARD, mixed).alerts).toEqual(foldAll(EMPTY_BOARD, inOrder).alerts);
      }),
      RUNS,
    );
  });

  test('events of bays that arrive in any order within their log give the same tiles', () => {
    const stay = fc.constantFrom('a', 'b');
    const told = fc.oneof(
      stay.map((s) => occupied(10, s)),
      fc.constant(0).map(() => occupied(10, null, 'empty')),
      stay.map((s) => car(10, s)),
    );
    const log = fc
      .array(told, { minLength: 1, maxLength: 8 })
      .map((all) => all.map((e, i): WorkshopEvent => ({ ...e, time: 10 + i, seq: i + 1 }) as WorkshopEvent));
    const shuffled = log.chain((l) => fc.tuple(fc.constant(l), fc.shuffledSubarray(l, { minLength: l.length })));
    fc.assert(
      fc.property(shuffled, ([inOrder, mixed]) => {
        expect(foldAll(EMPTY_BOARD, mixed).bays).toEqual(foldAll(EMPTY_BOARD, inOrder).bays);
      }),
      RUNS,
    );
  });

  test('a car is shown with its own stay, also where one of the two words was late', () => {
    const first = foldAll(EMPTY_BOARD, [occupied(10, 'a')]);
    const [known, came] = [car(12, 'b'), occupied(11, 'b')];
    expect(fold(first, known).bays['1']!.vehicle).toBeNull();
    expect(foldAll(first, [known, came]).bays['1']!.vehicle).toMatchObject({ plateTail: '2345' });
    // The word on the car before: its stay is over.
    const late = { ...car(11, 'a'), seq: came.seq + 1 } as WorkshopEvent;
    expect(foldAll(first, [came, late]).bays['1']!.vehicle).toBeNull();
  });

  test('an alert of a cloud that was restored, whose numbers begin anew, is the newer one by its time', () => {
    const said = (time: number, seq: number, state: 'raised' | 'cleared'): WorkshopEvent => {
      const what = { alert: 'gateway-twin/gw-1', kind: 'gateway-twin', state, severity: 'severe', since: 1 } as const;
      const body = event('liftgate.alert.v1', time, { ...what, bay: null, device: null, vin: null, detail: {} });
      return { ...body, site: 's', gateway: 'cloud', epoch: 'c', seq } as WorkshopEvent;
    };
    const view = foldAll(EMPTY_BOARD, [said(10, 50, 'raised'), said(20, 51, 'cleared'), said(30, 7, 'raised')]);
    expect(Object.keys(view.alerts)).toEqual(['gateway-twin/gw-1']);
  });

  test('what is gone is remembered for a while, not for ever', () => {
    const told = (n: number, state: 'raised' | 'cleared') =>
      at(n, 'liftgate.alert.v1', {
        ...{ alert: `a${n}`, kind: 'device-offline', severity: 'warning', since: n, bay: null, device: 'd', vin: null },
        ...{ state, detail: {} },
      });
    const many = Array.from({ length: 500 }, (_, n) => told(n, n === 3 ? 'raised' : 'cleared'));
    const view = foldAll(EMPTY_BOARD, many);
    expect(Object.keys(view.alerts)).toEqual(['a3']);
    expect(Object.keys(view.marks).length).toBeLessThan(70);
    expect(Object.keys(view.marks)).toEqual(expect.arrayContaining(['alert/a3', 'alert/a499', 'alert/a480']));
  });

  test('bays and devices with the names of what every object has are bays and devices like others', () => {
    for (const bay of ['constructor', 'toString', 'valueOf']) {
      const view = fold(EMPTY_BOARD, at(1, 'liftgate.bay.lift.v1', { bay, raised: true, heightMm: 900 }));
      expect(view.bays[bay]).toMatchObject({ bay, name: bay, occupancy: 'unknown', raised: true });
    }
    const layout = at(2, 'liftgate.site.layout.v1', {
      name: 'Site',
      timezone: 'Asia/Shanghai',
      bays: [{ bay: 'constructor', name: 'One', sort: 'lift' }],
      devices: [{ device: 'toString', name: 'Cam', kind: 'camera', bay: 'constructor', silenceMs: 30_000 }],
    });
    const view = fold(EMPTY_BOARD, layout);
    expect(view.bays.constructor).toMatchObject({ occupancy: 'unknown', sources: ['toString'] });
    expect(view.devices.toString).toMatchObject({ state: 'connecting', life: 0 });
  });

  test('an order may have any name', () => {
    const order = (state: 'expected' | 'closed') =>
      at(3, 'liftgate.order.v1', {
        order: '__proto__',
        vin: null,
        plate: '沪A12345',
        model: null,
        bay: null,
        state,
        hold: null,
        promisedAt: null,
        standardMinutes: null,
        job: null,
      });
    const view = fold(EMPTY_BOARD, order('expected'));
    const sent = apply(json(EMPTY_BOARD), json(diff(EMPTY_BOARD, view)!));
    expect(Object.keys(sent.queue)).toEqual(['__proto__']);
    const gone = fold(view, order('closed'));
    expect(Object.keys(apply(sent, json(diff(view, gone)!)).queue)).toEqual([]);
  });

  test('a car belongs to a stay: it goes when the stay does', () => {
    const named = foldAll(EMPTY_BOARD, [occupied(10, 'a'), car(11, 'a')]);
    expect(named.bays['1']!.vehicle).toMatchObject({ plateTail: '2345', vinTail: '0001', model: 'Lavida' });
    expect(fold(named, occupied(12, 'a')).bays['1']!.vehicle).not.toBeNull();
    expect(fold(named, occupied(12, 'b')).bays['1']).toMatchObject({ vehicle: null, promisedAt: null });
    expect(fold(named, occupied(12, null, 'empty')).bays['1']).toMatchObject({ vehicle: null, promisedAt: null });
  });

  test('no more of an identifier stands on the board than its tail', () => {
    const view = JSON.stringify(foldAll(EMPTY_BOARD, [occupied(10, 'a'), car(11, 'a')]));
    expect(view).not.toContain('LSVAG2180E2100001');
    expect(view).not.toContain('12345');
    expect(tail(null)).toBeNull();
  });

  test('a bay that is taken out of the layout leaves the board', () => {
    const layout = (bays: string[]) =>
      at(1, 'liftgate.site.layout.v1', {
        name: 'Site',
        timezone: 'UTC',
        bays: bays.map((bay) => ({ bay, name: bay, sort: 'lift' as const })),
        devices: [],
      });
    const view = foldAll(EMPTY_BOARD, [layout(['1', '2']), occupied(2, 'a'), layout(['2'])]);
    expect(Object.keys(view.bays)).toEqual(['2']);
    expect(view.order).toEqual(['2']);
  });
});
