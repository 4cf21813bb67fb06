import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationReference } from '../../config/reference.ts';

const text = configurationReference();

test('docs/configuration.md says what the schemas say (-u writes it anew)', async () => {
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/configuration.md'));
});

test('every option says what it means, and whether it is needed or what holds without it', () => {
  const rows = text.split('\n').filter((line) => /^\| `/.test(line));
  expect(rows.length).toBeGreaterThan(60);
  for (const row of rows) {
    const [, option, sort, fallback, words] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    expect(words, `the description of ${option}`).not.toBe('');
    if (sort !== '') expect(fallback, `the default of ${option}`).not.toBe('');
  }
});
