import { readFile, writeFile } from 'node:fs/promises';
import { CELLS_VERSION, type Cells } from '../gateway/vision/cells.ts';
import { loadModel } from '../gateway/vision/file.ts';
import { readFrame } from '../gateway/vision/frame.ts';
import { isTooDark, Looker } from '../gateway/vision/look.ts';
import { calibrate, classify, MOST_FRAMES, type RegionModel, type VisionModel } from '../gateway/vision/model.ts';
import { areaOf, type Polygon, readRegion, WHOLE } from '../gateway/vision/region.ts';
import { type Background, backgroundFrom, backgroundOf } from '../gateway/vision/view.ts';
import { LiftgateError, messageOf } from '../protocols/error.ts';
import { type Labelled, readLabels } from './labels.ts';

/**
 * Makes a model from labelled pictures, one classifier for each region, and prints how well each does on frames that
 * were left out. @returns exit code 0.
 */
export async function runCalibrate(options: { labels: string; out: string; json?: boolean }): Promise<number> {
  const rows = await readLabels(options.labels);
  const regions: RegionModel[] = [];
  const views = new Map<string, Background>();
  for (const [region, own] of grouped(rows)) {
    const unlabelled = own.find((r) => r.occupied === null);
    if (unlabelled)
      throw new LiftgateError('invalid', `${unlabelled.where}: expected a label, occupied or empty, got none`);
    // One after the other: a folder of photographs must not be in memory at once.
    const samples: { occupied: boolean; cells: Cells }[] = [];
    let polygon = WHOLE;
    for (const row of own) {
      const measured = await measure(row, samples.length === 0 ? null : polygon);
      polygon = measured.polygon;
      views.set(row.file, measured.view);
      samples.push({ occupied: row.occupied!, cells: measured.cells });
    }
    regions.push(
      calibrate(
        region,
        polygon.map(([x, y]) => [x, y]),
        samples,
      ),
    );
  }
  // Pictures that were cut out already show nothing around the bay.
  const background = regions.some((r) => areaOf(r.polygon) > 0.9) ? null : backgroundFrom([...views.values()]);
  const model: VisionModel = {
    kind: 'liftgate-vision',
    features: CELLS_VERSION,
    regions,
    ...(background && { background }),
  };
  await writeFile(options.out, `${JSON.stringify(model)}\n`).catch((e: unknown) => {
    throw new LiftgateError('config', `--out: expected a file that can be written, got ${messageOf(e)}`);
  });
  const told = regions.map(({ region, leaveOneOut }) => ({
    region,
    frames: leaveOneOut.frames,
    leftOut: grouped(rows).get(region)!.length - leaveOneOut.frames,
    leaveOneOut: { accuracy: leaveOneOut.accuracy, unknown: leaveOneOut.unknown },
  }));
  if (options.json) process.stdout.write(`${JSON.stringify({ model: options.out, regions: told })}\n`);
  else
    for (const t of told)
      process.stdout.write(
        `${t.region || 'whole picture'}: ${t.frames} frames${t.leftOut > 0 ? ` (${t.leftOut} left out, ${MOST_FRAMES} are enough)` : ''}, ` +
          `leave-one-out accuracy ${percent(t.leaveOneOut.accuracy)}, unknown ${percent(t.leaveOneOut.unknown)}\n`,
      );
  return 0;
}

interface Judged {
  readonly path: string;
  readonly region: string;
  readonly label: 'occupied' | 'empty' | null;
  readonly says: 'occupied' | 'empty' | 'unknown';
  readonly probability: number;
}

/**
 * Classifies pictures with a model and prints how often it is right. A picture that cannot be read is unknown, and named.
 * @returns exit code 0; 1 when none can be read.
 */
export async function runClassify(options: { model: string; images: string; json?: boolean }): Promise<number> {
  const model = await loadModel(options.model);
  const rows = await readLabels(options.images);
  const judged: Judged[] = [];
  let ms = 0;
  let unreadable = 0;
  for (const row of rows) {
    const region =
      model.regions.find((r) => r.region === row.region) ?? (model.regions.length === 1 ? model.regions[0]! : null);
    if (!region) {
      const known = model.regions.map((r) => r.region || '(whole picture)').join(', ');
      throw new LiftgateError(
        'invalid',
        `${row.where}: expected a region of the model (${known}), got "${row.region}"`,
      );
    }
    const start = performance.now();
    const seen = await measure(row, region.polygon).catch((e: unknown) => {
      unreadable += 1;
      process.stderr.write(`${messageOf(e)}\n`);
      return null;
    });
    const verdict = !seen || seen.dark ? { occupied: null, probability: 0.5 } : classify(region, seen.cells);
    ms += performance.now() - start;
    judged.push({
      path: row.path,
      region: row.region,
      label: word(row.occupied),
      says: word(verdict.occupied) ?? 'unknown',
      probability: Math.round(verdict.probability * 1_000) / 1_000,
    });
  }
  const score = { ...scoreOf(judged), unreadable, msPerImage: Math.round((ms / Math.max(1, rows.length)) * 100) / 100 };
  if (options.json) process.stdout.write(`${JSON.stringify({ ...score, results: judged })}\n`);
  else {
    for (const j of judged)
      process.stdout.write(`${j.path}  ${j.region || '-'}  ${j.label ?? '-'}  →  ${j.says} (${j.probability})\n`);
    process.stdout.write(
      `\nimages ${score.images}   accuracy ${percent(score.accuracy)}   precision ${percent(score.precision)}   ` +
        `recall ${percent(score.recall)}   unknown ${percent(score.unknown)}   ${score.msPerImage} ms per image\n` +
        'Accuracy, precision and recall are of the labelled images that got an answer; unknown is the share without one.\n',
    );
  }
  return unreadable < rows.length ? 0 : 1;
}

const looker = new Looker();

async function measure(row: Labelled, known: Polygon | null) {
  const frame = await readFile(row.file)
    .then(readFrame)
    .catch((e: unknown) => {
      throw new LiftgateError('invalid', `${row.where}: ${row.path}: ${messageOf(e)}`);
    });
  // A name alone means the whole picture: somebody cut the bay out already.
  const polygon = known ?? readRegion(row.corners, frame.original) ?? WHOLE;
  const { luma, cells } = looker.look(frame, [polygon]);
  return { polygon, cells: cells[0]!, dark: isTooDark(luma), view: backgroundOf(luma, []) };
}

function grouped(rows: readonly Labelled[]): Map<string, Labelled[]> {
  const groups = new Map<string, Labelled[]>();
  for (const row of rows) groups.set(row.region, [...(groups.get(row.region) ?? []), row]);
  return groups;
}

function scoreOf(judged: readonly Judged[]) {
  const labelled = judged.filter((j) => j.label !== null);
  const answered = labelled.filter((j) => j.says !== 'unknown');
  const count = (says: string, label: string) => answered.filter((j) => j.says === says && j.label === label).length;
  const hit = count('occupied', 'occupied');
  const ratio = (a: number, b: number) => (b === 0 ? null : a / b);
  return {
    images: judged.length,
    labelled: labelled.length,
    accuracy: ratio(hit + count('empty', 'empty'), answered.length),
    precision: ratio(hit, hit + count('occupied', 'empty')),
    recall: ratio(hit, hit + count('empty', 'occupied')),
    unknown: ratio(judged.filter((j) => j.says === 'unknown').length, judged.length) ?? 0,
  };
}

function word(occupied: boolean | null): 'occupied' | 'empty' | null {
  return occupied === null ? null : occupied ? 'occupied' : 'empty';
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}
