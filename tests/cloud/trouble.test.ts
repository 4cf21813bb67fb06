import { expect, test } from 'vitest';
import { sparing } from '../../cloud/trouble.ts';

test('a trouble is told at once, the same one again once a minute with its count, another one at once', () => {
  let now = 0;
  const told: string[] = [];
  const onError = sparing(
    (e, times) => told.push(`${(e as Error).message} ×${times}`),
    () => now,
  );
  for (let i = 0; i < 100; i++) onError(new Error('away'));
  onError(new Error('other'));
  expect(told).toEqual(['away ×1', 'other ×1']);
  now = 60_000;
  onError(new Error('away'));
  expect(told.at(-1)).toBe('away ×100');
});
