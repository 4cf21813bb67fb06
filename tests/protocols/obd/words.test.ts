import { describe, expect, test } from 'vitest';
import { clearedEvidence } from '../../../protocols/obd/clearing.ts';
import { PARAMETERS } from '../../../protocols/obd/pids.ts';
import { readinessOf, readinessOnUds } from '../../../protocols/obd/readiness.ts';
import { signInZh, wordInZh } from '../../../protocols/obd/words.ts';

const CHINESE = /\p{Script=Han}/u;
/** Names that are the same in both languages: places of sensors, codes, norms. */
const NAME = /^(b\ds\d( b\ds\d)*|[PCBU][0-9A-F]{4}|[A-Z]+[0-9A-Z+ /()]*)$/;

/** Every word that a decoder can say: each byte through all its values, byte A (what there is) empty and full. */
function wordsOf(bytes: number, decode: (d: number[]) => unknown): string[] {
  return [0, 0xff].flatMap((first) =>
    Array.from({ length: bytes * 256 }, (_, i) => {
      const d = Array.from({ length: bytes }, (__, at) => (at === 0 ? first : 0));
      d[i >> 8] = i & 0xff;
      return decode(d);
    }).filter((v) => typeof v === 'string'),
  );
}

describe('a report in Chinese', () => {
  test('has a Chinese word for every value that is a word', () => {
    const quantities = PARAMETERS.flatMap((p) =>
      p.quantities.filter((q) => q.range === null).flatMap((q) => wordsOf(p.bytes, q.decode)),
    );
    const missing = [...new Set(quantities)].map(wordInZh).filter((w) => !CHINESE.test(w) && !NAME.test(w));
    expect(missing).toEqual([]);
  });

  test('has a Chinese word for every monitor of readiness', () => {
    const all = [
      readinessOf(0x01, [0, 0x07, 0xff, 0]),
      readinessOf(0x01, [0, 0x0f, 0xff, 0]),
      readinessOnUds([0, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f]),
    ].flatMap((r) => r?.monitors ?? []);
    expect(all.length).toBeGreaterThan(30);
    expect(all.map((m) => wordInZh(m.monitor)).filter((w) => !CHINESE.test(w) && w !== 'EGR/VVT')).toEqual([]);
  });

  test('says in Chinese why codes seem to have been cleared', () => {
    const { signs } = clearedEvidence({
      warmUps: 2,
      distanceKm: 12,
      runMinutes: 30,
      readiness: [readinessOf(0x01, [0, 0x11, 0, 0])!],
      permanent: ['P0301'],
      stored: [],
    });
    expect(signs).toHaveLength(5);
    expect(signs.map(signInZh).filter((s) => !CHINESE.test(s) || /[a-z]{3}/.test(s))).toEqual([]);
  });

  test('leaves alone what no table knows', () => {
    expect(wordInZh('EOBD')).toBe('EOBD');
    expect(wordInZh("a maker's own word")).toBe("a maker's own word");
    expect(wordInZh('EOBD and OBD II')).toBe('EOBD 和 OBD II');
    expect(wordInZh('motorcycle, China OBD I')).toBe('摩托车 中国 OBD I');
  });
});
