import { describe, expect, test } from 'vitest';
import { codeListFromCsv, codeListOf } from '../../../protocols/obd/code-list.ts';
import { codeBytes, codeFacts, codeText } from '../../../protocols/obd/dtc.ts';
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

  // SAE J2012, tables of code ranges.
  test.each([
    ['P0300', 'standard', 'ignition-or-misfire'],
    ['P0A80', 'standard', 'hybrid'],
    ['P0D00', 'standard', 'hybrid'],
    ['P1A00', 'maker', 'hybrid'],
    ['P1300', 'maker', 'ignition-or-misfire'],
    ['P2A00', 'standard', 'fuel-and-air'],
    ['P2C00', 'standard', null],
    ['P3099', 'maker', 'fuel-and-air'],
    ['P33FF', 'maker', 'ignition-or-misfire'],
    ['P3400', 'standard', 'cylinder-deactivation'],
    ['P3500', 'standard', null],
    ['B0001', 'standard', null],
    ['B1001', 'maker', null],
    ['B2001', 'maker', null],
    ['B3001', 'reserved', null],
    ['C3001', 'reserved', null],
    ['U1001', 'maker', null],
    ['U2001', 'maker', null],
    ['U3001', 'standard', null],
  ])('%s is of the %s and about %s', (code, origin, subsystem) => {
    expect(codeFacts(code)).toMatchObject({ origin, subsystem });
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

  // SAE J2012-DA, chassis and body: numbers that several lists give for other places.
  test.each([
    ['B0052', 'Passenger: belt buckle'],
    ['B0053', 'Second row left: belt buckle'],
    ['B0072', 'Passenger: belt tensioner'],
    ['B0088', 'Third row right: belt force limiter'],
    ['B00B5', 'Driver seat position'],
    ['C001D', 'Rear right outlet'],
    ['C003A', 'Rear right wheel speed'],
    ['U0131', 'power steering'],
    ['U0428', 'steering angle'],
  ])('%s speaks of %s', (code, words) => {
    expect(describeCode(code)?.text.en).toContain(words);
  });

  test('every severity and both languages of every text are there, and no text stands on two codes', () => {
    const all = KNOWN_CODES.map((code) => describeCode(code)!);
    expect(new Set(all.map((d) => d.severity)).size).toBe(4);
    for (const d of all) {
      expect([d.code, /[\u4e00-\u9fff]/.test(d.text.zh), /[\u4e00-\u9fff]/.test(d.text.en)]).toEqual([
        d.code,
        true,
        false,
      ]);
    }
    for (const language of ['en', 'zh'] as const) {
      const texts = all.map((d) => d.text[language]);
      expect(texts.filter((t, i) => texts.indexOf(t) !== i)).toEqual([]);
    }
  });
});

describe('the failure type', () => {
  test.each([
    [0x11, 'short to ground', '对地短路'],
    [0x12, 'short to battery', '对电源短路'],
    [0x13, 'open circuit', '断路'],
    [0x1c, 'voltage out of range', '电压超范围'],
    [0x29, 'invalid signal', '信号无效'],
    [0x49, 'internal electronics', '内部电子故障'],
    [0x62, 'signals do not agree', '信号比对不一致'],
    [0x87, 'message missing', '报文丢失'],
    [0x98, 'component too hot', '部件过热'],
  ])('%i says %s', (type, en, zh) => {
    expect(failureTypeText(type)).toEqual({ en, zh });
  });

  test('of no public table is told by its category, and 00 and the numbers of the maker say nothing', () => {
    expect(failureTypeText(0x4f)).toEqual(failureTypeText(0x04));
    for (let type = 0x01; type < 0xa0; type++) if (type > 0x0f) expect(failureTypeText(type)).not.toBeNull();
    for (const type of [0x00, 0xa0, 0xf1, 0xff]) expect(failureTypeText(type)).toBeNull();
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
