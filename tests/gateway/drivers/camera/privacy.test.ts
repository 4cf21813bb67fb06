import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBench } from './rig.ts';

const DRIVER = join(import.meta.dirname, '../../../../gateway/drivers/camera');

test('no picture is written to disk, and none is in what the driver says', async () => {
  const [cwd, tmp] = [process.cwd(), process.env.TMPDIR];
  const here = mkdtempSync(join(tmpdir(), 'liftgate-privacy-'));
  process.chdir(here);
  process.env.TMPDIR = here;
  const bench = await openBench();
  try {
    void bench.run();
    await bench.until('a picture was asked for', () => bench.camera.counts.pictures > 0);
    bench.camera.setOccupied('Bay 1', true);
    await bench.until('a car', (r) => r.some((x) => x.value === true));
    await bench.stop();
    expect(readdirSync(here)).toEqual([]);
    const said = JSON.stringify(bench.readings);
    // A JPEG begins with FF D8 FF: as base64, as hex, as a list of numbers, as text.
    expect(said).not.toMatch(/\/9j\/|ffd8ff|255,216,255|\u00ff\u00d8\u00ff|\ufffd/i);
    for (const r of bench.readings) expect(JSON.stringify(r).length).toBeLessThan(300);
  } finally {
    process.chdir(cwd);
    if (tmp === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = tmp;
    rmSync(here, { recursive: true });
  }
});

test('the camera driver knows no file system', () => {
  const sources = readdirSync(DRIVER).map((f) => readFileSync(join(DRIVER, f), 'utf8'));
  expect(sources.length).toBeGreaterThan(5);
  for (const s of sources) expect(s).not.toMatch(/node:fs|node:child_process|toFile\(/);
});
