import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function liftgate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'bin/liftgate.ts'), ...words], (e, out, err) => {
      resolve({ code: typeof e?.code === 'number' ? e.code : 0, out, err });
    });
  });
}

test('a VIN is told to people in words', async () => {
  const { code, out } = await liftgate('vin', '1HGCM82633A004352');
  expect(code).toBe(0);
  expect(out).toMatch(/Maker +Honda/);
  expect(out).toMatch(/Model year +2003/);
  expect(out).toMatch(/Check digit +right/);
});

test('a label is told to programs as JSON', async () => {
  const { code, out } = await liftgate('vin', ']A0*ILSVAU2A35N2183546*', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ vin: 'LSVAU2A35N2183546', maker: 'SAIC Volkswagen', checkDigit: 'right' });
});

test('what is no VIN exits with 1 and says why', async () => {
  const { code, err } = await liftgate('vin', '1HGCM82633A00435');
  expect(code).toBe(1);
  expect(err).toContain('a VIN has 17 characters, this has 16');
});
