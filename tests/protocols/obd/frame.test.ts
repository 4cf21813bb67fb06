import { describe, expect, test } from 'vitest';
import { type Format, formatOf, guessFormat, joinLines } from '../../../protocols/obd/frame.ts';
import { hex } from '../../../protocols/obd/hex.ts';
import { crc8, sum } from '../../../protocols/obd/legacy.ts';
import fc from '../../tools/property.ts';

const can11: Format = { bus: 'can-11', headers: true };
const can29: Format = { bus: 'can-29', headers: true };
const text: Format = { bus: 'can-11', headers: false };
const iso: Format = { bus: 'iso', headers: true };

/** Frames of one message, as ISO 15765-2 says, padded with a given byte. */
function framed(source: string, message: readonly number[], padding: number): string[] {
  const line = (...b: number[]) => source + [...b, ...Array<number>(8).fill(padding)].slice(0, 8).map(hex).join('');
  if (message.length <= 7) return [line(message.length, ...message)];
  const lines = [line(0x10 | (message.length >> 8), message.length & 0xff, ...message.slice(0, 6))];
  for (let at = 6, n = 1; at < message.length; at += 7, n++)
    lines.push(line(0x20 | (n & 15), ...message.slice(at, at + 7)));
  return lines;
}

/** Merges lists at random, each keeping its own order. */
function interleave(lists: readonly string[][], picks: readonly number[]): string[] {
  const rest = lists.map((l) => [...l]);
  const merged: string[] = [];
  for (let i = 0; rest.some((l) => l.length > 0); i++) {
    const open = rest.filter((l) => l.length > 0);
    merged.push(open[(picks[i % Math.max(1, picks.length)] ?? 0) % open.length]!.shift()!);
  }
  return merged;
}

describe('ISO 15765-2', () => {
  test('two control units that interleave are joined each on its own, whatever the padding', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(
        message,
        message,
        fc.array(fc.nat(1)),
        fc.nat(255),
        fc.constantFrom(can11, can29),
        (a, b, picks, pad, format) => {
          const [one, two] = format === can11 ? ['7E8', '7E9'] : ['18DAF110', '18DAF128'];
          const lines = interleave([framed(one!, [...a], pad), framed(two!, [...b], pad)], picks);
          const { messages, faults } = joinLines(lines, format);
          expect(faults).toEqual([]);
          expect(messages).toHaveLength(2);
          expect(messages.find((m) => m.source === one)?.bytes).toEqual([...a]);
          expect(messages.find((m) => m.source === two)?.bytes).toEqual([...b]);
        },
      ),
    );
  });

  test('a VIN of three frames comes whole', () => {
    const lines = ['7E8101449020157304C', '7E8214A433942374D33', '7E82254393830333338'];
    const bytes = joinLines(lines, can11).messages[0]?.bytes ?? [];
    expect(bytes).toHaveLength(20);
    expect(String.fromCharCode(...bytes.slice(3))).toBe('W0LJC9B7M3T980338');
  });

  test.each([
    ['a missing frame in the middle', ['7E8101449020157304C', '7E82254393830333338'], 'sequence'],
    ['a missing last frame', ['7E8101449020157304C', '7E8214A433942374D33'], 'incomplete'],
    ['a consecutive frame without a first', ['7E8214A433942374D33'], 'sequence'],
    ['a length beyond the frame', ['7E806410C'], 'garbled'],
    ['an odd number of digits', ['7E804410C1AF'], 'garbled'],
    ['two lines run together', ['7E8034105787E803410578AAAA'], 'garbled'],
  ])('%s gives no message, never one filled with zeros', (_, lines, fault) => {
    const { messages, faults } = joinLines(lines, can11);
    expect(messages).toEqual([]);
    expect(faults[0]?.fault).toBe(fault);
  });

  test('a repeated frame and a repeated message count once; a flow control frame is no message', () => {
    const lines = [
      '7E8101449020157304C',
      '7E8214A433942374D33',
      '7E8214A433942374D33',
      '7E830000A',
      '7E82254393830333338',
    ];
    expect(joinLines(lines, can11)).toMatchObject({ messages: [{ source: '7E8' }], faults: [] });
    expect(joinLines(['7E803410578', '7E803410578', '7E903410578'], can11).messages).toHaveLength(2);
  });
});

describe('the text form without headers', () => {
  test('a numbered answer is joined and cut to its length', () => {
    const { messages } = joinLines(
      ['014', '0:490201573056', '1:5A5A5A314B5A41', '2:4D303030303031AA'.slice(0, 16)],
      text,
    );
    expect(messages[0]?.bytes).toHaveLength(20);
    expect(messages[0]?.source).toBeNull();
  });

  test('two answers side by side cannot be attributed and are refused', () => {
    const lines = ['00A', '00A', '0:490401414243', '0:490401444546', '1:47484900000000', '1:4A4B4C00000000'];
    const { messages, faults } = joinLines(lines, text);
    expect(messages).toEqual([]);
    expect(faults.some((f) => f.fault === 'unattributable' || f.fault === 'sequence')).toBe(true);
  });

  test('single answers stand on their own', () => {
    expect(joinLines(['410C1AF8'], text).messages[0]?.bytes).toEqual([0x41, 0x0c, 0x1a, 0xf8]);
  });
});

describe('the older buses', () => {
  const line = (check: (b: number[]) => number, ...b: number[]) => [...b, check(b)].map(hex).join('');
  const vin = 'WAUZZZ8K9BA123456';
  const padded = [0, 0, 0, ...Array.from(vin, (c) => c.charCodeAt(0))];
  const lines = (check: (b: number[]) => number) =>
    [1, 2, 3, 4, 5].map((n) => line(check, 0x48, 0x6b, 0x10, 0x49, 0x02, n, ...padded.slice((n - 1) * 4, n * 4)));

  test('five numbered lines of a VIN are joined in the order of their numbers', () => {
    const { messages, faults } = joinLines(lines(sum).toReversed(), iso);
    expect(faults).toEqual([]);
    expect(messages).toMatchObject([{ source: '10', can: false }]);
    expect(String.fromCharCode(...messages[0]!.bytes.slice(5))).toBe(vin);
    expect(joinLines(lines(crc8), { bus: 'j1850', headers: true }).messages).toHaveLength(1);
  });

  test('a missing line or a wrong checksum is a fault', () => {
    expect(joinLines(lines(sum).toSpliced(2, 1), iso)).toMatchObject({
      messages: [],
      faults: [{ fault: 'incomplete' }],
    });
    expect(joinLines(['486B10410C1AF800'], iso)).toMatchObject({ messages: [], faults: [{ fault: 'checksum' }] });
  });

  test('the check bytes agree with the standards', () => {
    expect(sum([0x48, 0x6b, 0x10, 0x41, 0x00, 0xbe, 0x3e, 0xb8, 0x11])).toBe(0xc9);
    // CRC-8/SAE-J1850, the check value of "123456789".
    expect(crc8(Array.from('123456789', (c) => c.charCodeAt(0)))).toBe(0x4b);
  });
});

test('the protocol number says how to read', () => {
  expect(formatOf('A6', true)).toEqual(can11);
  expect(formatOf('7', true)).toEqual(can29);
  expect(formatOf('A5', true)).toEqual(iso);
  expect(formatOf('2', false)).toEqual({ bus: 'j1850', headers: false });
  expect(formatOf('A', true)).toBeNull();
  expect(formatOf('?', true)).toBeNull();
});

test('without a protocol number the lines themselves tell', () => {
  expect(guessFormat(['7E8064100BE3FA813'])).toEqual(can11);
  expect(guessFormat(['18DAF110064100BE3FA813'])).toEqual(can29);
  expect(guessFormat(['4100BE3FA813'])).toEqual(text);
  expect(guessFormat(['486B104100BE3EB811C9'])).toEqual(iso);
  expect(guessFormat(['HELLO'])).toBeNull();
});

test('any lines at all are joined without an error', () => {
  const anyLine = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF:'), maxLength: 24 });
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 20 }), fc.constantFrom(can11, can29, text, iso), (lines, format) => {
      for (const m of joinLines(lines, format).messages) expect(m.bytes.length).toBeGreaterThan(0);
    }),
  );
});
