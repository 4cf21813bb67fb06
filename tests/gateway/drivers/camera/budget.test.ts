import { expect, test } from 'vitest';
import { CreateBudget } from '../../../../gateway/drivers/camera/budget.ts';
import fc from '../../../tools/property.ts';

test('in no minute are more than six subscriptions asked for, and none waits longer than 15 s', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }), (pauses) => {
      let now = 0;
      const budget = new CreateBudget(1, () => now);
      const used: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const wait = budget.book();
        expect(wait).toBeLessThanOrEqual(15_000);
        now += wait;
        used.push(now);
      }
      for (const from of used) expect(used.filter((t) => t >= from && t < from + 60_000).length).toBeLessThanOrEqual(6);
    }),
  );
});

test('a wait ends with the abort', async () => {
  const budget = new CreateBudget();
  budget.book();
  budget.book();
  await expect(budget.take(AbortSignal.timeout(10))).rejects.toThrow();
});
