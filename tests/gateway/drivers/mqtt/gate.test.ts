import { describe, expect, test } from 'vitest';
import { PacketGate } from '../../../../gateway/drivers/mqtt/gate.ts';
import fc from '../../../tools/property.ts';

function packet(length: number, body = length): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest & 0x7f) | (rest > 127 ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(body, 0xff)]);
}

function admits(bytes: Uint8Array, cuts: readonly number[]): boolean {
  const gate = new PacketGate();
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    if (!gate.admits(bytes.subarray(from, cut))) return false;
    from = cut;
  }
  return true;
}

describe('the gate of packet lengths', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 10 });

  test('lets packets through that fit, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 6 }), cuts, (lengths, at) => {
        expect(admits(Buffer.concat(lengths.map((n) => packet(n))), at)).toBe(true);
      }),
    );
  });

  test('stops a packet that announces too much before its body comes, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 70_000, max: 268_435_455 }), cuts, (length, at) => {
        expect(admits(Buffer.concat([packet(12), packet(length, 0)]), at)).toBe(false);
      }),
    );
  });

  test('stops a length that never ends', () => {
    expect(admits(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]), [])).toBe(false);
  });
});
