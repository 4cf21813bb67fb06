import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pidReference } from './pid-reference.ts';

const text = pidReference();

test('docs/obd-parameters.md says what the decoders do (-u writes it anew)', async () => {
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../../../docs/obd-parameters.md'));
});

test('every number in it has a range and a formula', () => {
  for (const row of text
    .split('\n')
    .filter((line) => /^\| [0-9A-F]{2} \| \d+ \| [^|]+ \| [^|]*\| [^|]*\|/.test(line))) {
    expect(row).not.toContain('see the table in the code');
  }
  expect(text).toContain('| 0C | 2 | rpm | 1/min | 0 to 16383.75 | 64·A + 0.25·B |');
  expect(text).toContain('| 32 | 2 | evap-pressure | Pa | -8192 to 8191.75 | 64·±A + 0.25·B |');
});
