import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { packed } from '../../../cloud/store/body.ts';
import type { EventBody } from '../../../protocols/event.ts';
import fc from '../../tools/property.ts';

/** The definition, without any shortcut. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, plain(v)]),
  );
}
const bodyOf = (data: unknown, subject = 'bay/B1') => ({ type: 't', subject, time: 5, data }) as unknown as EventBody;
const word = fc.string({ unit: fc.constantFrom(...'aZ09 -_/"\\\n\t沪工\u007f\u0001') });
const data = fc.dictionary(
  word.filter((k) => !/^\d+$/.test(k) && k !== '__proto__'),
  fc.jsonValue(),
  { maxKeys: 6 },
);

test('the hash is that of JSON with sorted keys', () => {
  fc.assert(
    fc.property(data, word, (d, subject) => {
      const body = bodyOf(JSON.parse(JSON.stringify(d)), subject);
      const nul = JSON.stringify(body).includes('\\u0000');
      fc.pre(!nul && JSON.stringify(body).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(body)));
      fc.pre(!/"(\d+|__proto__)":/.test(JSON.stringify(body)));
      const expected = createHash('sha256')
        .update(JSON.stringify(plain(body)))
        .digest('hex');
      expect(packed(body).hash).toBe(expected);
      expect(JSON.parse(packed(body).json)).toEqual(body.data);
    }),
  );
});

test.each([
  ['NUL', 'a\0b'],
  ['half a pair', 'a\ud800'],
])('a text with %s is refused, wherever it stands', (_, text) => {
  expect(() => packed(bodyOf({ a: [{ b: text }] }))).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => packed(bodyOf({ [text]: 1 }))).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('what looks like an escape and is none passes', () => {
  expect(packed(bodyOf({ a: 'a\\u0000', b: '\\ud800' })).hash).toHaveLength(64);
});
