import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run, type ScoreOptions } from '../../bin/score.ts';

let folder: string;
let said: string;
let complaint: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-score-'));
  said = '';
  complaint = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complaint += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const score = (options: Partial<ScoreOptions>) => run({ bayDays: '200', seed: '1', ...options });
const file = async (name: string, ...lines: object[]) => {
  const path = join(folder, name);
  await writeFile(path, lines.map((l) => JSON.stringify(l)).join('\n'));
  return path;
};

describe('liftgate score', () => {
  test('holds events against the truth', async () => {
    const truth = await file(
      'truth.jsonl',
      { bay: 'B1', from: 600_000, to: 1_200_000 },
      { bay: 'B1', from: 3_600_000, to: null },
    );
    const occupancy = (seq: number, at: number, state: string, since: number) => ({
      ...{ id: `e-${seq}`, source: '/sites/s/gateways/g', type: 'liftgate.bay.occupancy.v1', time: at },
      data: { bay: 'B1', state, since, stay: state === 'occupied' ? 's' : null, confidence: 0.9 },
    });
    const events = await file(
      'events.jsonl',
      occupancy(2, 1_230_000, 'empty', 1_201_000),
      occupancy(1, 0, 'occupied', 0),
    );
    expect(await score({ truth, events, json: true })).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ bayDays: 1, leaveLatency: { p50: 30 }, unknownShare: 0 });
    said = '';
    expect(await score({ truth, events })).toBe(0);
    expect(said).toMatch(/leaving confirmed after +p50 30\.0 s/);
  });

  test('says which file cannot be read or understood', async () => {
    const truth = await file('truth.jsonl', { bay: 'B1', from: 0, to: 9_000 });
    await expect(score({ truth, events: join(folder, 'none') })).rejects.toMatchObject({ code: 'config' });
    const events = await file('events.jsonl', { type: 'liftgate.bay.occupancy.v1' });
    await expect(score({ truth, events })).rejects.toThrow(/events\.jsonl:1: .* has no "data"/);
  });

  test('used wrongly it says what it takes', async () => {
    expect(await score({ truth: 'x' })).toBe(2);
    expect(complaint).toMatch(/--truth FILE and --events FILE, or --seeded/);
    await expect(score({ seeded: true, sets: 'radar' })).rejects.toThrow(/no radar; there are full; camera\+sensor/);
    await expect(score({ seeded: true, bayDays: 'many' })).rejects.toThrow(/--bay-days takes a whole number/);
  });

  test('runs seeded days, the same ones each time, and holds them against the goals', async () => {
    const few = {
      seeded: true,
      sets: 'camera+sensor;scans',
      errors: 'independent',
      bayDays: '3',
      seed: '77',
      json: true,
    };
    expect(await score(few)).toBe(0);
    const first = JSON.parse(said);
    expect(first.table.map((row: { sensors: string }) => row.sensors)).toEqual(['camera+sensor', 'scans']);
    expect(Object.keys(first.table[0].filters)).toEqual([
      'Liftgate',
      'raw frames',
      'three in a row',
      'plain HMM',
      'reference',
    ]);
    expect(first.table[0].filters.Liftgate.bayMinutesRight).toBeGreaterThan(0.99);
    expect(first.goals.length).toBeGreaterThan(2);
    said = '';
    await score(few);
    expect(JSON.parse(said)).toEqual(first);
  }, 60_000);
});
