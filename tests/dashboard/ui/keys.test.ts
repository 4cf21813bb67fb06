import { describe, expect, test } from 'vitest';
import { type KeyStroke, WedgeEar } from '../../../dashboard/ui/keys.ts';

/** The keys of a text on a US keyboard; `key` as an input method hides it. */
function strokes(text: string, gapMs: number, key?: string): KeyStroke[] {
  const codes: Record<string, string> = { ':': 'Semicolon', '-': 'Minus', '/': 'Slash', '\n': 'Enter', '\t': 'Tab' };
  return [...text].map((c, i) => {
    const code = codes[c] ?? (/\d/.test(c) ? `Digit${c}` : `Key${c.toUpperCase()}`);
    return { code, key: key ?? c, shiftKey: c === ':' || /[A-Z]/.test(c), timeStamp: 1_000 + i * gapMs };
  });
}
const labels = (all: KeyStroke[]) => {
  const ear = new WedgeEar();
  return all.flatMap((s) => ear.hear(s).label ?? []);
};

describe('keys', () => {
  test('of a scanner are a label, ended by Enter or Tab', () => {
    expect(labels(strokes('LSVAU2A35N2183546\n', 3))).toEqual(['LSVAU2A35N2183546']);
    expect(labels(strokes('LG-BAY-3\t', 12))).toEqual(['LG-BAY-3']);
  });

  test('are read under an input method, which hides what they would write', () => {
    expect(labels(strokes('HOLD:parts\n', 3, 'Process'))).toEqual(['HOLD:parts']);
  });

  test('are read under another layout, which would write something else', () => {
    const german = strokes('LG-BAY-3\n', 3).map((s) => (s.code === 'KeyY' ? { ...s, key: 'Z' } : s));
    expect(labels(german)).toEqual(['LG-BAY-3']);
  });

  test('with caps lock on keep the case that the page sees', () => {
    const upper = strokes('bay:b1\n', 3).map((s) => ({ ...s, key: s.key.toUpperCase() }));
    expect(labels(upper)).toEqual(['BAY:B1']);
  });

  test('of a person are none, however short the word', () => {
    expect(labels(strokes('ok\n', 10))).toEqual([]);
    expect(labels(strokes('quick typist\n', 60))).toEqual([]);
  });

  test('of a person do not stand before those of a scanner', () => {
    const person = strokes('abc', 10);
    const scanner = strokes('UNDO\n', 3).map((s) => ({ ...s, timeStamp: s.timeStamp + 5_000 }));
    expect(labels([...person, ...scanner])).toEqual(['UNDO']);
  });

  test('are taken from the page once the scanner is known', () => {
    const ear = new WedgeEar();
    expect(strokes('BAY:3\n', 3).map((s) => ear.hear(s).scanning)).toEqual([false, false, true, true, true, true]);
  });
});
