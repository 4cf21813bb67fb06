import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCameraSimulator } from '../../simulators/camera/camera.ts';
import { BRIGHT, createPhotographer } from '../../simulators/camera/picture.ts';
import { type BayScene, drawLight, drawLook } from '../../simulators/camera/scene.ts';
import { seeded } from '../../simulators/fleet.ts';

const LIFTGATE = join(import.meta.dirname, '../../bin/liftgate.ts');
let folder = '';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function liftgate(...words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LIFTGATE, ...words], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as Record<string, unknown>);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-camera-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('liftgate camera watch', () => {
  test('prints one JSON line for each change of a rule, and of the camera’s health', async () => {
    const account = { user: 'u', password: 'p', rules: ['Bay 1'] };
    const camera = await createCameraSimulator({ host: '127.0.0.1', port: 0, clock: Date.now, ...account });
    const ran = liftgate(
      ...['camera', 'watch', '--url', camera.url, '--user', 'u', '--password', 'p', '--seconds', '8', '--json'],
    );
    while (camera.counts.pulls < 2) await new Promise((r) => setTimeout(r, 50));
    camera.setOccupied('Bay 1', true);
    const { code, out } = await ran;
    await camera.close();
    expect(code).toBe(0);
    const said = lines(out);
    expect(said[0]).toEqual({
      at: expect.any(String),
      camera: expect.any(String),
      health: 'ok',
      detail: 'all is well',
    });
    const rules = said.filter((l) => 'rule' in l);
    expect(rules.map((l) => [l.rule, l.occupied, l.operation])).toEqual([
      ['Bay 1', false, 'Initialized'],
      ['Bay 1', true, 'Changed'],
    ]);
    expect(Object.keys(rules[0]!)).toEqual(['at', 'camera', 'rule', 'object', 'topic', 'occupied', 'operation']);
  }, 60_000);

  test('a camera whose clock is wrong and whose rules are heard ends well', async () => {
    const account = { user: 'u', password: 'p', rules: ['Bay 1'] };
    const camera = await createCameraSimulator({ host: '127.0.0.1', port: 0, clock: Date.now, ...account });
    camera.setFault('clock-ahead');
    const ran = await liftgate(
      ...['camera', 'watch', '--url', camera.url, '--user', 'u', '--password', 'p', '--seconds', '6', '--json'],
    );
    await camera.close();
    const said = lines(ran.out);
    expect(said.flatMap((l) => l.health ?? [])).not.toContain('ok');
    expect(said).toContainEqual(expect.objectContaining({ rule: 'Bay 1', occupied: false }));
    expect(ran.code).toBe(0);
  }, 60_000);

  test('a wrong use is told, with exit code 2', async () => {
    const wrong = await liftgate('camera', 'watch', '--url', 'rtsp://x', '--user', 'u', '--password', 'p');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--url takes') });
  });
});

describe('liftgate camera calibrate and classify', () => {
  test('a model of twenty pictures knows bays that it never saw; it holds no picture', async () => {
    const draw = seeded(11);
    const photographer = createPhotographer(9, 2);
    const bay = (occupied: boolean): BayScene => ({
      label: '',
      car: occupied ? drawLook(draw) : null,
      raised: 0,
      people: [],
      carts: [],
    });
    const shoot = async (name: string, count: number) => {
      const rows = ['path,label,region'];
      for (let i = 0; i < count; i += 1) {
        const occupied = i % 2 === 0;
        const bays = [bay(occupied), bay(draw() < 0.5)];
        const picture = await photographer.shoot({ bays, light: drawLight(draw), noise: 3 });
        writeFileSync(join(folder, `${name}-${i}.jpg`), picture);
        rows.push(`${name}-${i}.jpg,${occupied ? 'occupied' : 'empty'},"0.02 0.15 0.48 0.15 0.48 0.98 0.02 0.98"`);
      }
      writeFileSync(join(folder, `${name}.csv`), rows.join('\n'));
      return join(folder, `${name}.csv`);
    };
    const model = join(folder, 'model.json');
    const made = await liftgate('camera', 'calibrate', '--labels', await shoot('learn', 20), '--out', model, '--json');
    expect(made.err).toBe('');
    expect(JSON.parse(made.out)).toMatchObject({ regions: [{ frames: 20, leftOut: 0 }] });
    const bytes = readFileSync(model);
    expect(bytes.length).toBeLessThan(200_000);
    expect(bytes.toString('latin1')).not.toMatch(/\u00ff\u00d8\u00ff|\/9j\/|iVBOR/);

    const args = ['camera', 'classify', '--model', model, '--images', await shoot('unseen', 30)];
    const { out } = await liftgate(...args, '--json');
    const score = JSON.parse(out) as Record<string, number>;
    expect(score).toMatchObject({ images: 30, labelled: 30 });
    expect(score.accuracy).toBeGreaterThanOrEqual(0.9);
    for (const name of ['precision', 'recall', 'unknown', 'msPerImage']) expect(typeof score[name]).toBe('number');
    expect((await liftgate(...args)).out).toMatch(/accuracy .* precision .* recall .* unknown .* ms per image/);
  }, 120_000);

  test('grey, tiny, huge and turned pictures are read; one that is broken is unknown, and named', async () => {
    const photographer = createPhotographer(4, 1);
    const draw = seeded(21);
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    const rows = ['path,label,region'];
    const forms = [
      (s: Sharp) => s.greyscale().png(),
      (s: Sharp) => s.resize(48).jpeg(),
      (s: Sharp) => s.resize(4_000).jpeg({ quality: 40 }),
      (s: Sharp) => s.rotate(90).withMetadata({ orientation: 8 }).jpeg(),
      (s: Sharp) => s.webp(),
    ];
    for (let i = 0; i < 10; i += 1) {
      const occupied = i % 2 === 0;
      const bays = [{ label: '', car: occupied ? drawLook(draw) : null, raised: 0, people: [], carts: [] }];
      const picture = await photographer.shoot({ bays, light: BRIGHT, noise: 2 });
      writeFileSync(join(odd, `${i}`), await forms[i >> 1]!(sharp(picture)).toBuffer());
      rows.push(`${i},${occupied ? 'occupied' : 'empty'},bay=0.1 0.1 0.9 0.95`);
    }
    writeFileSync(join(odd, 'labels.csv'), rows.join('\n'));
    const model = join(odd, 'model.json');
    const made = await liftgate('camera', 'calibrate', '--labels', join(odd, 'labels.csv'), '--out', model);
    expect([made.code, made.err]).toEqual([0, '']);
    writeFileSync(join(odd, 'half'), readFileSync(join(odd, '4')).subarray(0, 9_000));
    writeFileSync(join(odd, 'labels.csv'), [...rows, 'half,empty,bay', 'missing.jpg,empty,bay'].join('\n'));
    const ran = await liftgate('camera', 'classify', '--model', model, '--images', join(odd, 'labels.csv'), '--json');
    expect(ran.err).toMatch(/record 12: half: expected a picture/);
    expect(ran.err).toMatch(/record 13: missing\.jpg: /);
    expect(ran.code).toBe(0);
    const score = JSON.parse(ran.out) as { unreadable: number; accuracy: number; results: { says: string }[] };
    expect([score.unreadable, score.accuracy]).toEqual([2, 1]);
    expect(score.results.slice(-2).map((r) => r.says)).toEqual(['unknown', 'unknown']);
  }, 120_000);

  test('mistakes name file and line', async () => {
    const labels = join(folder, 'bad.csv');
    writeFileSync(labels, 'path,label,region\nx.jpg,perhaps,\n');
    const bad = await liftgate('camera', 'calibrate', '--labels', labels, '--out', join(folder, 'm.json'));
    expect(bad).toMatchObject({ code: 1, err: expect.stringMatching(/bad\.csv, record 2: .*"perhaps"/) });
    writeFileSync(labels, 'path,label,region\nbad.csv,empty,\n');
    const no = await liftgate('camera', 'calibrate', '--labels', labels, '--out', join(folder, 'm.json'));
    expect(no).toMatchObject({ code: 1, err: expect.stringMatching(/record 2: bad\.csv: expected a picture/) });
    const none = await liftgate('camera', 'classify', '--model', join(folder, 'none.json'), '--images', labels);
    expect(none.err).toMatch(/none\.json.*make one with liftgate camera calibrate/);
  }, 60_000);
});
