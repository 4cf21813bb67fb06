import { describe, expect, test } from 'vitest';
import { KeyReader } from '../../../protocols/barcode/keys.ts';
import { inputEvent, KEY, typed } from '../../../simulators/wedge.ts';
import fc from '../../tools/property.ts';

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const T = 1_763_800_000_000;

describe.each([4, 8] as const)('keys with words of %i bytes', (word) => {
  const read = (...bytes: Buffer[]) => bytes.flatMap((b) => new KeyReader(word).feed(b));

  test.each(Object.values(KEY).slice(0, 3))('a label ends with key %i', (end) => {
    expect(read(typed('LG-BAY-3', end, { word }))).toEqual(['LG-BAY-3']);
  });

  test('every character of a US keyboard is read', () => {
    expect(read(typed(ASCII, KEY.enter, { word }))).toEqual([ASCII]);
  });

  test('any chunking of the bytes gives the same labels', () => {
    const label = fc.string({ unit: fc.constantFrom(...ASCII), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 4 }), fc.array(fc.nat({ max: 60 })), (labels, cuts) => {
        const bytes = Buffer.concat(labels.map((text) => typed(text, KEY.enter, { word })));
        const reader = new KeyReader(word);
        const got: string[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          got.push(...reader.feed(bytes.subarray(from, from + cut)));
          from = Math.min(bytes.length, from + cut);
        }
        expect(got).toEqual(labels);
      }),
    );
  });
});

test('the keypad writes digits, caps lock turns letters alone, and a held key counts once', () => {
  const reader = new KeyReader(8);
  const key = (code: number, value = 1) => inputEvent(8, T, 1, code, value);
  const keypad = [79, 80, 81, 75, 76, 77, 71, 72, 73, 82, 83, 98, 55, 74, 78].map((c) => key(c));
  expect(reader.feed(Buffer.concat([...keypad, key(KEY.keypadEnter)]))).toEqual(['1234567890./*-+']);
  const caps = [key(KEY.capsLock), key(30), key(30, 2), key(30, 2), key(2), key(KEY.capsLock), key(30), key(KEY.enter)];
  expect(reader.feed(Buffer.concat(caps))).toEqual(['A1a']);
});

test('what the kernel lost, what is too long and what was typed by hand is no label, and the next one is', () => {
  const reader = new KeyReader(8);
  const lostEvents = Buffer.concat([inputEvent(8, T, 1, 30, 1), inputEvent(8, T, 0, 3, 0), inputEvent(8, T, 1, 28, 1)]);
  expect(reader.feed(lostEvents)).toEqual([]);
  expect(reader.feed(typed('x'.repeat(513), KEY.enter, { word: 8, at: T }))).toEqual([]);
  const half = typed('LSVAA', KEY.enter, { word: 8, at: T }).subarray(0, -24 * 6);
  expect(reader.feed(Buffer.concat([half, typed('BAY:3', KEY.enter, { word: 8, at: T + 5_000 })]))).toEqual(['BAY:3']);
  expect(reader.dropped).toBe(3);
});

test('bytes that are no events do no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      new KeyReader(8).feed(bytes);
    }),
  );
});
