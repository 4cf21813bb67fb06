import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/domain/create.ts';
import { foldFleet } from '../../../gateway/domain/fleet.ts';
import { type EventData, event } from '../../../protocols/event.ts';
import { CAR_A, Shop, settings } from './kit.ts';

const MODEL = `${CAR_A.slice(0, 8)}/${CAR_A[9]}`;
type Features = EventData<'liftgate.fleet.prior.v1'>['features'];
const REGENERATION: Features = [
  { flag: 'particulate-filter', feature: 'regeneration', unit: 'km', median: 600, spread: 40 },
];

function tell(shop: Shop, features: Features, model = MODEL) {
  const key = { site: 's', gateway: 'cloud', epoch: 'c', seq: 1 };
  const fact = { ...event('liftgate.fleet.prior.v1', shop.now, { model, features }), ...key };
  return shop.feed({ kind: 'down', at: shop.now, event: fact });
}

/** The car tells of `count` regenerations, each a little earlier than the one before. */
function drive(shop: Shop, count: number) {
  shop.says('obd-1', 'obd.vin', CAR_A);
  for (let i = 0; i < count; i++) {
    shop.says('obd-1', 'obd.dpf-regeneration-distance', 620 - i);
    shop.wait(5);
  }
}

const flagOf = (shop: Shop) =>
  shop.of('liftgate.vehicle.flag.v1').findLast((f) => f.vin === CAR_A && f.flag === 'particulate-filter');

describe('cars of one kind at other sites', () => {
  test('give the limits of a car whose own past is short, where this site has too few of them', () => {
    const alone = new Shop();
    drive(alone, 4);
    expect(flagOf(alone)).toMatchObject({ state: 'learning', limits: 'textbook', watch: null, act: null });

    const told = new Shop();
    expect(tell(told, REGENERATION)).toEqual([]);
    drive(told, 4);
    // 0.7 and 0.5 of what such cars do.
    expect(flagOf(told)).toMatchObject({ limits: 'fleet', watch: 420, act: 300 });
  });

  test('are forgotten when the cloud takes them back, and are not those of another kind', () => {
    const shop = new Shop();
    tell(shop, REGENERATION, 'LFV2A215/C');
    drive(shop, 3);
    expect(flagOf(shop)).toMatchObject({ limits: 'textbook' });
    tell(shop, REGENERATION);
    tell(shop, []);
    drive(shop, 3);
    expect(flagOf(shop)).toMatchObject({ limits: 'textbook' });
  });

  test('the car’s own past counts as soon as there is enough of it', () => {
    const shop = new Shop();
    tell(shop, REGENERATION);
    drive(shop, 12);
    expect(flagOf(shop)).toMatchObject({ limits: 'own' });
  });

  test('are kept in the state as plain JSON, also in one that an older version stored', () => {
    const shop = new Shop();
    const engine = createEngine(settings());
    shop.state = engine.revive(JSON.parse(JSON.stringify(shop.state)))!;
    tell(shop, REGENERATION);
    shop.state = engine.revive(JSON.parse(JSON.stringify(shop.state)))!;
    drive(shop, 4);
    expect(flagOf(shop)).toMatchObject({ limits: 'fleet' });
  });

  test('are bounded: the kinds that were told last stay', () => {
    let fleet = {};
    for (let i = 0; i < 300; i++) fleet = foldFleet(fleet, { model: `LFV2A${100 + i}/C`, features: REGENERATION });
    expect(Object.keys(fleet)).toHaveLength(200);
    expect(fleet).toHaveProperty(['LFV2A399/C']);
  });
});
