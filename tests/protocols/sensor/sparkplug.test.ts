import { describe, expect, test } from 'vitest';
import { isLiftgateError } from '../../../protocols/error.ts';
import { EdgeNode } from '../../../protocols/sensor/edge-node.ts';
import {
  parseSparkplug,
  parseSparkplugTopic,
  plainValue,
  rebirthRequest,
  type SparkplugMessage,
} from '../../../protocols/sensor/sparkplug.ts';
import fc from '../../tools/property.ts';
import { decode, encode, type MetricJson } from '../../tools/sparkplug-node.ts';

const NOW = 1_763_800_000_000;

describe('a Sparkplug payload', () => {
  test('is read as protobufjs writes it', () => {
    const metric = fc.record(
      {
        name: fc.string({ maxLength: 40 }),
        alias: fc.nat(),
        timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
        datatype: fc.integer({ min: 1, max: 34 }),
        isHistorical: fc.boolean(),
        isTransient: fc.boolean(),
        isNull: fc.boolean(),
        metadata: fc.constant({ contentType: 'x', size: 7 }),
        properties: fc.constant({ keys: ['engUnit'], values: [{ type: 12, stringValue: 'mm' }] }),
      },
      { requiredKeys: [] },
    );
    const valued = fc.oneof(
      fc.nat({ max: 2 ** 31 }).map((intValue) => ({ intValue })),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map((longValue) => ({ longValue })),
      fc.float({ noNaN: true }).map((floatValue) => ({ floatValue })),
      fc.double({ noNaN: true }).map((doubleValue) => ({ doubleValue })),
      fc.boolean().map((booleanValue) => ({ booleanValue })),
      fc.string().map((stringValue) => ({ stringValue })),
      fc.uint8Array().map((bytesValue) => ({ bytesValue })),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(metric, valued)),
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array(),
        (pairs, seq, body) => {
          const metrics = pairs.map(([m, v]) => ({ ...m, ...v })) as MetricJson[];
          const read = parseSparkplug(encode({ timestamp: NOW, seq, uuid: 'u', body, metrics }));
          expect([read.at, read.seq, read.metrics.length]).toEqual([NOW, seq, metrics.length]);
          for (const [i, m] of metrics.entries()) {
            const got = read.metrics[i]!;
            const value = m.intValue ?? m.longValue ?? m.floatValue ?? m.doubleValue ?? m.booleanValue ?? m.stringValue;
            expect(got.name).toBe(m.name ?? null);
            expect(got.alias).toBe(m.alias === undefined ? null : String(m.alias));
            expect([got.at, got.type]).toEqual([m.timestamp ?? null, m.datatype ?? null]);
            expect([got.historical, got.isNull]).toEqual([m.isHistorical ?? false, m.isNull ?? false]);
            expect(typeof got.value === 'bigint' ? Number(got.value) : got.value).toEqual(value);
          }
        },
      ),
    );
  });

  test('that is none is refused with words, and never with anything else', () => {
    const read = (bytes: Uint8Array) => {
      try {
        parseSparkplug(bytes);
      } catch (e) {
        expect(isLiftgateError(e) && e.code).toBe('invalid');
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), read), { numRuns: 2_000 });
    const whole = encode({ timestamp: NOW, seq: 3, metrics: [{ name: 'lift/height', datatype: 9, floatValue: 1.5 }] });
    for (let n = 0; n < whole.length; n++) read(whole.subarray(0, n));
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const bent = Uint8Array.from(whole);
        bent[at] = byte;
        read(bent);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [1, { intValue: 255 }, -1],
    [1, { intValue: 4_294_967_295 }, -1],
    [2, { intValue: 65_534 }, -2],
    [3, { intValue: 4_294_967_293 }, -3],
    [4, { longValue: '18446744073709551612' }, -4],
    [7, { intValue: 4_294_967_295 }, 4_294_967_295],
    [8, { longValue: '9007199254740991' }, 9_007_199_254_740_991],
    [11, { booleanValue: true }, true],
    [12, { stringValue: 'ON' }, 'ON'],
    [10, { isNull: true }, null],
    [17, { bytesValue: Uint8Array.of(1) }, undefined],
  ] as const)('a value of data type %i means what it says', (datatype, value, meant) => {
    const [metric] = parseSparkplug(encode({ metrics: [{ name: 'm', datatype, ...value }] })).metrics;
    expect(plainValue(metric!, datatype)).toBe(meant);
  });

  test('a rebirth request is what a node expects', () => {
    expect(decode(rebirthRequest(NOW))).toEqual({
      timestamp: NOW,
      metrics: [{ name: 'Node Control/Rebirth', timestamp: NOW, datatype: 11, booleanValue: true }],
    });
  });

  test.each([
    ['spBv1.0/shop/NBIRTH/edge', { group: 'shop', message: 'NBIRTH', node: 'edge', device: null }],
    ['spBv1.0/shop/DDATA/edge/lift', { group: 'shop', message: 'DDATA', node: 'edge', device: 'lift' }],
    ['spBv1.0/shop/DDATA/edge', null],
    ['spBv1.0/shop/NDATA/edge/lift', null],
    ['spBv1.0/shop/NCMD/edge', null],
    ['spBv1.0/STATE/host', null],
    ['spAv1.0/shop/NDATA/edge', null],
  ])('topic %s', (topic, place) => {
    expect(parseSparkplugTopic(topic)).toEqual(place);
  });
});

/** A node that a host listens to. */
class Wire {
  readonly node = new EdgeNode();
  now = NOW;
  say(
    message: SparkplugMessage,
    seq: number | undefined,
    metrics: readonly MetricJson[] = [],
    device: string | null = null,
  ) {
    const payload = encode({ timestamp: this.now, ...(seq === undefined ? {} : { seq }), metrics });
    return this.node.hear(message, device, parseSparkplug(payload), this.now);
  }
}

const bd = (n: number): MetricJson => ({ name: 'bdSeq', datatype: 8, longValue: n });
const HEIGHT: MetricJson = { name: 'lift/height', alias: 4, datatype: 9, floatValue: 0 };

describe('an edge node', () => {
  test('gives its metrics aliases at birth, and speaks by them', () => {
    const wire = new Wire();
    expect(wire.say('NBIRTH', 0, [bd(0)]).presence).toEqual({ device: null, here: true });
    expect(wire.say('DBIRTH', 1, [HEIGHT], 'd').presence).toEqual({ device: 'd', here: true });
    const { values, rebirth } = wire.say('DDATA', 2, [{ alias: 4, floatValue: 1_800 }], 'd');
    expect(values).toEqual([{ device: 'd', name: 'lift/height', value: 1_800, at: NOW, historical: false }]);
    expect(rebirth).toBe(false);
  });

  test('counts to 255 and begins again', () => {
    const wire = new Wire();
    wire.say('NBIRTH', 0, [bd(0), HEIGHT]);
    for (let i = 1; i < 600; i++) {
      expect(wire.say('NDATA', i % 256, [{ alias: 4, floatValue: i }])).toMatchObject({ rebirth: false });
    }
  });

  test('that skipped a number is asked to be born again, once in ten seconds, and its aliases wait for that', () => {
    const wire = new Wire();
    wire.say('NBIRTH', 0, [bd(0), HEIGHT]);
    const gap = wire.say('NDATA', 2, [
      { alias: 4, floatValue: 1 },
      { name: 'air/flow', datatype: 9, floatValue: 7 },
    ]);
    expect(gap.rebirth).toBe(true);
    expect(gap.values.map((v) => v.name)).toEqual(['air/flow']);
    expect(wire.say('NDATA', 3, [{ alias: 4, floatValue: 1 }])).toMatchObject({ rebirth: false, values: [] });
    wire.now += 10_000;
    expect(wire.say('NDATA', 4, [{ alias: 4, floatValue: 1 }]).rebirth).toBe(true);
    wire.say('NBIRTH', 0, [bd(0), HEIGHT]);
    expect(wire.say('NDATA', 1, [{ alias: 4, floatValue: 9 }]).values).toMatchObject([{ value: 9 }]);
  });

  test('that was not heard to be born is not believed, but asked', () => {
    const wire = new Wire();
    expect(wire.say('NDATA', 17, [{ name: 'air/flow', floatValue: 1 }])).toMatchObject({ rebirth: true, values: [] });
  });

  test('dies only by the death of this life', () => {
    const wire = new Wire();
    wire.say('NBIRTH', 0, [bd(7), HEIGHT]);
    expect(wire.say('NDEATH', undefined, [bd(6)]).presence).toBeNull();
    expect(wire.say('NDATA', 1, [{ alias: 4, floatValue: 1 }]).values).toHaveLength(1);
    expect(wire.say('NDEATH', undefined, [bd(7)]).presence).toEqual({ device: null, here: false });
    expect(wire.say('NDATA', 2, [{ alias: 4, floatValue: 1 }])).toMatchObject({ values: [], rebirth: true });
  });

  test('tells of the past as past, and of what it does not know as null', () => {
    const wire = new Wire();
    wire.say('NBIRTH', 0, [bd(0), HEIGHT]);
    const old = { alias: 4, floatValue: 3, timestamp: NOW - 9_000, isHistorical: true };
    expect(wire.say('NDATA', 1, [old, { alias: 4, isNull: true }]).values).toMatchObject([
      { value: 3, at: NOW - 9_000, historical: true },
      { value: null, historical: false },
    ]);
  });

  test('whose device uses an alias that was never given is asked to be born again, with a word about it', () => {
    const wire = new Wire();
    wire.say('NBIRTH', 0, [bd(0)]);
    wire.say('DBIRTH', 1, [HEIGHT], 'd');
    const step = wire.say('DDATA', 2, [{ alias: 99, floatValue: 1 }], 'd');
    expect(step).toMatchObject({ rebirth: true, faults: [expect.stringContaining('alias 99')] });
  });

  test('gives no value under a name that it did not give, whatever it sends', () => {
    const metric = fc.record({ alias: fc.nat({ max: 5 }), floatValue: fc.float({ noNaN: true }) });
    const message = fc.tuple(
      fc.constantFrom<SparkplugMessage>('NBIRTH', 'NDATA', 'DBIRTH', 'DDATA', 'NDEATH', 'DDEATH'),
      fc.nat({ max: 255 }),
      fc.array(metric, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
        const wire = new Wire();
        for (const [kind, seq, metrics] of messages) {
          const named = kind.endsWith('BIRTH') ? [...metrics, HEIGHT] : metrics;
          const { values } = wire.say(kind, seq, named, kind.startsWith('D') ? 'd' : null);
          for (const v of values) expect(v.name).toBe('lift/height');
        }
      }),
    );
  });
});
