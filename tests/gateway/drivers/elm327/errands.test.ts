import { describe, expect, test } from 'vitest';
import { type Errand, Errands } from '../../../../gateway/drivers/elm327/errands.ts';
import type { Message } from '../../../../protocols/obd/frame.ts';
import { reading } from '../../../../protocols/reading.ts';

const ANSWER: readonly Message[] = [{ source: '7E8', bytes: [0x46], can: true }];
const REFUSAL: readonly Message[] = [{ source: '7E8', bytes: [0x7f, 0x06, 0x11], can: true }];

/** An errand of these requests, that a refusal ends. */
function errand(requests: readonly string[], more: Partial<Errand> = {}): Errand {
  return {
    everyMs: Infinity,
    may: () => true,
    steps: function* () {
      for (const request of requests) {
        const messages = yield { request, to: null };
        if (!messages.some((m) => m.bytes[0] !== 0x7f)) return false;
      }
      return true;
    },
    ...more,
  };
}

const SPACING = 500;
const scheduled = (...errands: Errand[]) =>
  new Errands(errands, { leastMs: 100, spacingMs: SPACING, patienceMs: 5_000 }, 0);
const said = (signal: 'obd.rpm' | 'obd.load', value: number) => reading('d', signal, value, 0, { part: '7E8' });

/** Plays against a car that answers each question at once with `messages`; tells when each was asked. */
function play(e: Errands, untilMs: number, gapOf: (at: number) => number, messages = ANSWER) {
  const asked: [string, number][] = [];
  for (let at = 0; at <= untilMs; at += 100) {
    const ask = e.question(at, gapOf(at));
    if (ask === null) continue;
    asked.push([ask.request, at]);
    e.heard(messages, at, 50);
  }
  return asked;
}

describe('what is asked seldom', () => {
  test('questions come one by one, spread over time, in the order of their deadlines', () => {
    const asked = play(scheduled(errand(['0600', '0620']), errand(['0A'], { everyMs: 3_000 })), 6_000, () => 900);
    expect(asked.slice(0, 3).map(([r]) => r)).toEqual(['0600', '0620', '0A']);
    for (let i = 1; i < asked.length; i++) expect(asked[i]![1] - asked[i - 1]![1]).toBeGreaterThanOrEqual(SPACING);
    expect(asked.filter(([r]) => r === '0A').map(([, at]) => at)).toEqual([1_000, 4_000]);
    expect(asked.filter(([r]) => r === '0600')).toHaveLength(1);
  });

  test('they wait for a pause that is long enough, and after their patience for none', () => {
    const busy = play(scheduled(errand(['0601', '0602', '0603'])), 20_000, () => 20);
    expect(busy.map(([, at]) => at)).toEqual([5_000, 10_500, 16_000]);
    const sometimes = play(scheduled(errand(['0601', '0602'])), 20_000, (at) => (at % 2_000 === 0 ? 400 : 0));
    expect(sometimes.map(([, at]) => at)).toEqual([0, 2_000]);
  });

  test('what the car refuses is asked no more', () => {
    const asked = play(scheduled(errand(['0600', '0601'], { everyMs: 1_000 })), 60_000, () => 900, REFUSAL);
    expect(asked.map(([r]) => r)).toEqual(['0600']);
  });

  test('what holds up the live values for long is left alone until the next drive', () => {
    const e = scheduled(errand(['0621', '0622']), errand(['0A'], { everyMs: 60_000 }));
    e.notice([said('obd.rpm', 0)], 0);
    expect(e.question(0, 900)).toMatchObject({ request: '0621' });
    e.heard(ANSWER, 8_000, 8_000);
    expect(e.question(9_000, 9_000)).toMatchObject({ request: '0A' });
    e.heard(ANSWER, 9_100, 50);
    expect(e.question(20_000, 9_000)).toBeNull();
    e.notice([said('obd.rpm', 800)], 21_000);
    expect(e.question(21_000, 9_000)).toMatchObject({ request: '0621' });
  });

  test('silence is believed only when live values go on', () => {
    const e = scheduled(errand(['0600'], { everyMs: 1_000 }));
    expect(e.question(0, 900)).toMatchObject({ request: '0600' });
    e.heard([], 200, 200);
    expect(e.question(10_000, 900)).toBeNull();
    e.notice([], 11_000);
    expect(e.question(11_000, 900)).toBeNull();
    e.notice([said('obd.rpm', 0)], 12_000);
    // Parked: the car is there, and did not answer.
    expect(e.question(60_000, 900)).toBeNull();
  });

  test('an engine that starts begins a drive, one that goes on does not', () => {
    const e = scheduled(errand(['0621']));
    e.notice([said('obd.rpm', 0)], 0);
    expect(play(e, 2_000, () => 900)).toHaveLength(1);
    e.notice([said('obd.rpm', 800)], 3_000);
    const again = e.question(3_000, 900);
    expect(again).toMatchObject({ request: '0621' });
    e.heard(ANSWER, 3_100, 50);
    e.notice([said('obd.rpm', 900)], 4_000);
    expect(e.question(60_000, 900)).toBeNull();
  });

  test('what is not allowed now waits, and others go before it', () => {
    const calm = errand(['0621'], { may: ({ load }, waited) => waited > 8_000 || (load !== null && load < 50) });
    const e = scheduled(calm, errand(['0A'], { everyMs: 60_000 }));
    e.notice([said('obd.load', 80)], 0);
    expect(play(e, 3_000, () => 900)).toEqual([['0A', 0]]);
    e.notice([said('obd.load', 30)], 3_500);
    expect(e.question(3_500, 900)).toMatchObject({ request: '0621' });
  });
});
