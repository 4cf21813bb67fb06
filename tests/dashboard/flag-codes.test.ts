import { describe, expect, test } from 'vitest';
import { CODES_EN, CODES_ZH, evidenceWord } from '../../dashboard/console/flag-codes.ts';
import { en } from '../../dashboard/ui/i18n/en.ts';
import { zhCN } from '../../dashboard/ui/i18n/zh-cn.ts';
import { flagCodes } from '../tools/flag-codes.ts';

type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;
const LANGUAGES: readonly (readonly [string, Tables])[] = [
  ['en', { ...CODES_EN, caveat: en.caveat }],
  ['zh-CN', { ...CODES_ZH, caveat: zhCN.caveat }],
];
const CODES = flagCodes();

/** As `Translate.code` does it: a code without a word comes back as it is. */
const translator = (tables: Tables) => ({
  code: (group: string, code: string, values: Readonly<Record<string, string | number>> = {}) =>
    (tables[group]?.[code] ?? code).replace('{{part}}', String(values.part)),
});

describe('the words of a flag', () => {
  test('are asked of all that the engine can say', () => {
    // What the reader of the source finds, so that one which finds nothing does not pass.
    expect(CODES.rule).toContain('beyond-act-twice');
    expect(CODES.caveat).toContain('few-starts');
    expect(CODES.change).toContain('battery-replaced');
    expect(CODES.condition).toContain('closed-loop-warm-idle');
    expect([...CODES.evidence]).toEqual(expect.arrayContaining(['rest-voltage', 'misfires-*', 'trim.*', 'rise-idle']));
  });

  test.each(LANGUAGES)('are complete in %s: no code is ever shown', (_, tables) => {
    const without: string[] = [];
    for (const group of ['condition', 'change', 'caveat', 'rule'])
      for (const code of CODES[group as keyof typeof CODES])
        if (!tables[group]?.[code]) without.push(`${group}.${code}`);
    for (const code of CODES.evidence) {
      const word = evidenceWord(translator(tables), code.replace('*', '1'));
      if (word === code.replace('*', '1') || word.includes('.')) without.push(`evidence.${code}`);
    }
    expect(without, 'add their words to dashboard/console/flag-codes.ts, or dashboard/ui/i18n for a caveat').toEqual(
      [],
    );
  });

  test('say the place of evidence that has one', () => {
    const [english, chinese] = LANGUAGES.map(([, tables]) => translator(tables)) as [never, never];
    expect(evidenceWord(english, 'trim.1.idle')).toBe('Fuel trim, lean, 1 · idle');
    expect(evidenceWord(chinese, 'pad-front')).toBe('制动片，前');
    expect(evidenceWord(english, 'crank')).toBe('Lowest voltage at start');
    expect(evidenceWord(english, 'of-a-newer-engine')).toBe('of-a-newer-engine');
  });
});
