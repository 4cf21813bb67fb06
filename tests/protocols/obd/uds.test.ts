import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../../protocols/obd/hex.ts';
import { reasonOf } from '../../../protocols/obd/refusal.ts';
import { follow } from '../../../protocols/obd/steps.ts';
import { patience, settle, statusBits, UDS_TIMES, uds } from '../../../protocols/obd/uds.ts';
import { udsUnit } from '../../../protocols/obd/uds-unit.ts';

describe('requests of ISO 14229-1', () => {
  test('are written as digits', () => {
    expect(uds.session(0x03)).toBe('1003');
    expect(uds.present).toBe('3E00');
    expect(uds.identifier(0xf190)).toBe('22F190');
    expect(uds.codesByStatus(0x0c)).toBe('19020C');
  });
});

describe('a refusal', () => {
  test.each([
    [0x11, 'park'],
    [0x31, 'park'],
    [0x7f, 'session'],
    [0x21, 'again'],
    [0x78, 'wait'],
    [0x22, 'conditions'],
    [0x88, 'conditions'],
    [0x33, 'locked'],
    [0x72, 'report'],
  ])('%i asks for %s', (code, advice) => {
    expect(reasonOf(code).advice).toBe(advice);
    expect(reasonOf(code).words.length).toBeGreaterThan(3);
  });

  // ISO 14229-1:2020, annex A.1: every code that is assigned.
  test('has words in both languages for every assigned code', () => {
    const ranges = [
      [0x10, 0x14],
      [0x21, 0x22],
      [0x24, 0x26],
      [0x31, 0x31],
      [0x33, 0x3a],
      [0x50, 0x5d],
      [0x70, 0x73],
      [0x78, 0x78],
      [0x7e, 0x7f],
      [0x81, 0x8d],
      [0x8f, 0x94],
    ] as const;
    const assigned = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    for (let code = 0; code < 256; code++) {
      const { words, text } = reasonOf(code);
      expect([code, !words.startsWith('refused with code')]).toEqual([code, assigned.includes(code)]);
      expect(text.en).toBe(words);
      expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('of no table is told by its number; those of the maker are conditions', () => {
    expect(reasonOf(0xe5)).toMatchObject({ words: 'refused with code E5', advice: 'conditions' });
    expect(reasonOf(0x40)).toMatchObject({ text: { zh: '被拒绝,代码 40' }, advice: 'report' });
  });
});

describe('response pending', () => {
  const wait = { source: '7E8', bytes: [0x7f, 0x09, 0x78], can: true };
  const answer = { source: '7E8', bytes: [0x49, 0x06, 1, 1, 2, 3, 4], can: true };
  const other = { source: '7E9', bytes: [0x7f, 0x09, 0x78], can: true };

  test('is no answer, and the true one of the same unit ends it', () => {
    expect(settle([wait, answer, other])).toEqual({ messages: [answer], pending: ['7E9'] });
    expect(settle([wait])).toEqual({ messages: [], pending: ['7E8'] });
  });

  test('starts the long time anew with each announcement, but not for ever', () => {
    expect(patience(0, null)).toBe(UDS_TIMES.p2);
    expect(patience(50, null)).toBe(0);
    expect(patience(4_000, 0)).toBe(UDS_TIMES.p2Star);
    expect(patience(28_000, 0)).toBe(2_000);
    expect(patience(31_000, 0)).toBe(0);
  });
});

test('the status byte has eight meanings', () => {
  expect(statusBits(0x2f)).toEqual({
    failed: true,
    failedThisCycle: true,
    pending: true,
    confirmed: true,
    notCompleteSinceClear: false,
    failedSinceClear: true,
    notCompleteThisCycle: false,
    lamp: false,
  });
});

describe('one control unit asked alone', () => {
  const say = (text: string) => [{ source: '7E8', bytes: bytesOf(text.replaceAll(' ', ''))!, can: true }];
  const ask = async (car: Record<string, string>) => {
    const asked: string[] = [];
    const unit = await follow(udsUnit('7E8'), async ({ request }) => {
      asked.push(request);
      const answer = request === '22F190' && asked.includes('1003') ? car['22F190 in 10 03'] : car[request];
      return answer === undefined ? [] : say(answer);
    });
    return { asked, unit };
  };

  test('tells who it is and all its codes, after one change of level', async () => {
    const { asked, unit } = await ask({
      '22F190': '7F 22 7F',
      '1003': '50 03 00 32 01 F4',
      '22F190 in 10 03': '62 F1 90 31 48 47 43 4D 38 32 36 33 33 41 30 30 34 33 35 32',
      '22F195': '62 F1 95 56 31 2E 32 00 00',
      '22F187': '7F 22 31',
      '19020C': '59 02 FF 03 01 00 2F C1 21 87 08',
    });
    expect(asked).toEqual(['22F190', '1003', '22F190', '22F187', '22F18C', '22F195', '19020C', '1001']);
    expect(unit).toEqual({
      unit: '7E8',
      vin: '1HGCM82633A004352',
      part: null,
      serial: null,
      software: 'V1.2',
      codes: [
        { code: 'P0301', failureType: 0, status: 0x2f },
        { code: 'U0121', failureType: 0x87, status: 0x08 },
      ],
      refused: [
        {
          request: '22F187',
          words: 'request out of range',
          text: { en: 'request out of range', zh: '请求超出范围' },
        },
      ],
    });
  });

  test('a level that was lost meanwhile is entered once more; a unit without UDS is left alone', async () => {
    const lost = {
      '22F190': '7F 22 7F',
      '22F190 in 10 03': '62 F1 90 31',
      '1003': '50 03 00 32 01 F4',
      '3E00': '7E 00',
      '22F187': '7F 22 7F',
    };
    const { asked } = await ask(lost);
    expect(asked.filter((a) => a === '1003')).toHaveLength(2);
    expect(asked.at(-1)).toBe('1001');
    const silent = await ask({});
    expect(silent).toEqual({ asked: ['22F190', '3E00'], unit: null });
  });

  test('asks for another level at most twice, and never unlocks anything', async () => {
    const no = {
      '1003': '50 03 00 32 01 F4',
      '22F190': '7F 22 7F',
      '22F190 in 10 03': '7F 22 7F',
      '22F187': '7F 22 7F',
      '22F18C': '7F 22 33',
      '19020C': '7F 19 7F',
    };
    const { asked, unit } = await ask(no);
    expect(asked.filter((a) => a === '1003')).toHaveLength(1);
    expect(asked.every((a) => /^(10|19|22|3E)/.test(a))).toBe(true);
    expect(unit?.refused).toHaveLength(4);
    expect(unit?.codes).toEqual([]);
  });
});
