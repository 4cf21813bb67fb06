import { describe, expect, test } from 'vitest';
import { codeListFromCsv, codeListOf } from '../../../protocols/obd/code-list.ts';
import { codeBytes, codeText } from '../../../protocols/obd/dtc.ts';
import { describeCode, KNOWN_CODES } from '../../../protocols/obd/dtc-text.ts';
import { failureTypeText } from '../../../protocols/obd/failure-type.ts';

describe('every code', () => {
  test('goes to two bytes and back, and something can be said of it in both languages', () => {
    for (let n = 0; n < 65_536; n++) {
      const code = codeText(n >> 8, n & 255);
      expect(codeBytes(code)).toEqual([n >> 8, n & 255]);
      const d = describeCode(code);
      if (d === null || d.text.en === '' || d.text.zh === '' || d.advice.zh === '') expect.fail(`${code} has no words`);
    }
  });

  test('that has no text of our own is told by its structure, without a severity', () => {
    expect(describeCode('P1234')).toMatchObject({
      text: { en: "Powertrain, fuel and air, the maker's own code", zh: '动力系统,燃油与进气,厂家自定义故障码' },
      severity: null,
      from: 'structure',
    });
    expect(describeCode('X0000')).toBeNull();
  });
});

describe('our own texts', () => {
  test('are more than three hundred, each code once, standard codes only', () => {
    expect(KNOWN_CODES.length).toBeGreaterThan(300);
    expect(new Set(KNOWN_CODES).size).toBe(KNOWN_CODES.length);
    for (const code of KNOWN_CODES)
      expect(describeCode(code)).toMatchObject({ code, origin: 'standard', from: 'liftgate' });
  });

  // SAE J2012-DA: codes of families that count in decimal are where they should be.
  test.each([
    ['P0141', 'heater'],
    ['P0161', 'heater'],
    ['P0140', 'no activity'],
    ['P0209', 'cylinder 9'],
    ['P0210', 'cylinder 10'],
    ['P0270', 'cylinder 4'],
    ['P0276', 'cylinder 6'],
    ['P0301', 'cylinder 1'],
    ['P0312', 'cylinder 12'],
    ['P0335', 'Crankshaft'],
    ['P0359', 'coil I'],
    ['P0362', 'coil L'],
    ['P0171', 'lean'],
    ['P0420', 'catalyst'],
    ['P0524', 'Oil pressure'],
    ['P0735', 'Gear 5'],
    ['P0753', 'Shift valve A: circuit'],
    ['P0AA6', 'insulated'],
    ['C0034', 'Front right'],
    ['U0121', 'ABS'],
  ])('%s speaks of %s', (code, words) => {
    expect(describeCode(code)?.text.en).toContain(words);
  });

  test('the grave ones say so', () => {
    expect(describeCode('P0217')?.severity).toBe('stop');
    expect(describeCode('P0AA6')?.severity).toBe('stop');
    expect(describeCode('P0456')?.severity).toBe('note');
    expect(describeCode('p0301')?.severity).toBe('urgent');
  });

  test('a failure type says how, where the byte says something', () => {
    expect(failureTypeText(0x13)?.en).toBe('open circuit');
    expect(failureTypeText(0x00)).toBeNull();
  });
});

describe("a user's own list", () => {
  test('goes over our texts, one language or both, and may set severity and advice', () => {
    const { overrides, faults } = codeListOf({
      p1234: 'Our own words',
      P0301: { zh: '一缸', severity: 'stop', advice: { en: 'Call us.' } },
    });
    expect(faults).toEqual([]);
    expect(describeCode('P1234', overrides)).toMatchObject({
      text: { en: 'Our own words', zh: 'Our own words' },
      from: 'user',
    });
    expect(describeCode('P0301', overrides)).toMatchObject({
      text: { en: '一缸', zh: '一缸' },
      severity: 'stop',
      advice: { en: 'Call us.' },
    });
    expect(describeCode('P0302', overrides)?.from).toBe('liftgate');
  });

  test('as CSV with a header, quotes, semicolons and a byte order mark', () => {
    const text = '\uFEFFcode;en;zh;severity\r\nP1234;"one; ""two""";三;soon\r\n\r\nU1000;net;网;\r\n';
    const { overrides, faults } = codeListFromCsv(text);
    expect(faults).toEqual([]);
    expect(overrides.get('P1234')).toEqual({ text: { en: 'one; "two"', zh: '三' }, severity: 'soon' });
    expect(overrides.get('U1000')).toEqual({ text: { en: 'net', zh: '网' } });
  });

  test('as CSV without a header is code and text', () => {
    expect(codeListFromCsv('P1234,words').overrides.get('P1234')).toEqual({ text: { en: 'words' } });
  });

  test('a bad line is named and does not stop its neighbours', () => {
    const { overrides, faults } = codeListFromCsv('code,en,severity\nP9999,x,\nP1234,y,bad\nP1235,z,note');
    expect([...overrides.keys()]).toEqual(['P1235']);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain('"P9999" is no trouble code');
    expect(codeListOf(['P1234']).faults).toHaveLength(1);
    expect(codeListOf(null).faults).toHaveLength(1);
  });
});
