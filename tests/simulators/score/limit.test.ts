import { expect, test } from 'vitest';
import { seeded } from '../../../simulators/fleet.ts';
import { ERROR_MODELS, WRONG } from '../../../simulators/score/errors.ts';
import { baysOf } from '../../../simulators/score/layout.ts';
import { planDay } from '../../../simulators/score/plan.ts';
import { type Look, wiresOf } from '../../../simulators/score/wire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AROUND = 4 * MINUTE;

/**
 * The likeliest start in a window of looks by one who knows that exactly one car came in it, and how the camera errs: a
 * Markov chain of errors with the given share and persistence.
 */
function likeliest(looks: readonly Look[], share: number, persists: number): number {
  const begins = (share * (1 - persists)) / (1 - share);
  let best = { from: 0, odds: Number.NEGATIVE_INFINITY };
  for (let first = 0; first < looks.length; first++) {
    let wrong = false;
    let odds = 0;
    for (const [i, look] of looks.entries()) {
      const errs = look.present !== i >= first;
      odds += Math.log(wrong ? (errs ? persists : 1 - persists) : errs ? begins : 1 - begins);
      wrong = errs;
    }
    if (odds > best.odds) best = { from: looks[first]!.at, odds };
  }
  return best.from;
}

test('under bursts of 0.8 about one start in twenty of one camera is off by more than 10 s, even by the exact smoother', () => {
  const model = ERROR_MODELS.find((m) => m.name === 'bursty 0.8')!;
  const off: number[] = [];
  for (let seed = 9_100; seed < 9_108; seed++) {
    const draw = seeded(seed);
    const plan = planDay(baysOf(16), 0, 10 * HOUR, draw);
    const looks = new Map<string, Look[]>(plan.bays.map((b) => [b.bay, []]));
    const wires = wiresOf(plan, 'camera', model, Math.floor(draw() * 2 ** 31), (look) =>
      looks.get(look.bay)!.push(look),
    );
    for (let at = 0; at < 10 * HOUR; at += 1_000) wires(at);
    for (const { bay, stays } of plan.bays) {
      stays.forEach((s, i) => {
        const free = stays[i - 1]?.to ?? Number.NEGATIVE_INFINITY;
        const alone = s.from - free > 2 * MINUTE && s.to - s.from > AROUND;
        if (!alone || s.from < AROUND || s.from > 10 * HOUR - AROUND) return;
        const near = looks.get(bay)!.filter((l) => l.at > Math.max(free, s.from - AROUND) && l.at < s.from + AROUND);
        // Looks come every 5 s: the change lies between two of them.
        if (near.every((l) => l.present !== null))
          off.push(Math.abs(likeliest(near, WRONG.camera, model.persists) - 2_500 - s.from));
      });
    }
  }
  expect(off.length).toBeGreaterThan(500);
  const missed = off.filter((ms) => ms > 10_000).length / off.length;
  expect(missed).toBeGreaterThan(0.035);
  expect(missed).toBeLessThan(0.08);
}, 120_000);
