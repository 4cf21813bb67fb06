import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLabels } from '../../bin/labels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-labels-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function regionOf(text: string) {
  const file = join(folder, 'l.csv');
  writeFileSync(file, `path,label,region\na.jpg,empty,"${text.replaceAll('"', '""')}"\n`);
  const [row] = await readLabels(file);
  return [row!.region, row!.corners];
}

test.each([
  ['B1', 'B1', 'B1'],
  ['B1=0.1 0.2 0.3 0.4', 'B1', '0.1 0.2 0.3 0.4'],
  ['B1 = 0.1,0.2 0.9,0.2 0.5,0.9', 'B1', '0.1,0.2 0.9,0.2 0.5,0.9'],
  ['B1: 0.1,0.2,0.3,0.4', 'B1', '0.1,0.2,0.3,0.4'],
  ['工位 1[[0,0],[1,0],[1,1]]', '工位 1', '[[0,0],[1,0],[1,1]]'],
  ['Bay (left)', 'Bay (left)', 'Bay (left)'],
  ['north:2', 'north:2', 'north:2'],
  ['polygon((0 0, 1 0, 1 1))', 'polygon((0 0, 1 0, 1 1))', '((0 0, 1 0, 1 1))'],
  ['rect:10,20,300,400', 'rect:10,20,300,400', '10,20,300,400'],
  ['10 20 300 400', '10 20 300 400', '10 20 300 400'],
])('the region "%s" is called "%s"', async (text, region, corners) => {
  expect(await regionOf(text)).toEqual([region, corners]);
});

test('corners behind a name without a sign are no name, and are not silently the whole picture', async () => {
  await expect(regionOf('Bay 0.1 0.2 0.9 0.2 0.5 0.9')).rejects.toThrow(/record 2: expected the region as NAME=x1 y1/);
});
