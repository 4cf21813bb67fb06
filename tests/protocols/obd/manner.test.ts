import { expect, test } from 'vitest';
import { J1979 } from '../../../protocols/obd/j1979.ts';
import { asMeant, learnManners, mannersOf } from '../../../protocols/obd/manner.ts';
import { decodeParameter } from '../../../protocols/obd/parameter.ts';
import { parameterOf } from '../../../protocols/obd/pids.ts';

const live = (unit: string, pid: number, data: number[]) => ({
  unit,
  pid,
  readings: decodeParameter(parameterOf(pid)!, data)!,
});
const stretchedValues = (list: Parameters<typeof mannersOf>[0]) => asMeant(list, mannersOf(list));
const values = (list: ReturnType<typeof stretchedValues>) => list.map((l) => l.readings.map((r) => r.value));

// SAE J1979: greatest value over the greatest number of the bytes is the step.
test.each<[string, number, number[], number, number[], unknown[]]>([
  ['lambda', 0x24, [0x80, 0, 0x40, 0], 0x4f, [4, 0, 0, 0], [2, 2]],
  ['oxygen sensor voltage', 0x24, [0x80, 0, 0x40, 0], 0x4f, [0, 16, 0, 0], [1, 4]],
  ['oxygen sensor current', 0x34, [0x80, 0, 0xc0, 0], 0x4f, [0, 0, 64, 0], [1, 32]],
  ['lambda that is commanded', 0x44, [0x40, 0], 0x4f, [4, 0, 0, 0], [1]],
  ['intake pressure', 0x0b, [0xff], 0x4f, [0, 0, 0, 51], [510]],
  ['air mass', 0x10, [0xff, 0xff], 0x50, [100, 0, 0, 0], [1000]],
  ['nothing where it says zero', 0x0b, [0xff], 0x4f, [0, 0, 0, 0], [255]],
  ['nothing else', 0x0c, [0x1a, 0xf8], 0x4f, [4, 16, 64, 51], [1726]],
])('a control unit may stretch %s', (_, pid, data, by, most, expected) => {
  expect(values(stretchedValues([live('7E8', pid, data), live('7E8', by, most)]))[0]).toEqual(expected);
});

test('each control unit stretches its own values only', () => {
  const list = [live('7E8', 0x0b, [100]), live('7E9', 0x0b, [100]), live('7E9', 0x4f, [0, 0, 0, 51])];
  expect(values(stretchedValues(list)).slice(0, 2)).toEqual([[100], [200]]);
});

// SAE J1979, parameters 13 and 1D: a car answers one of them. By 1D the eight sensors stand two to a bank: 14 is O2S11, 15
// O2S12, 16 O2S21 … 1B O2S42, and so for 24 to 2B and 34 to 3B.
test.each([
  [0x14, 'o2-b1s1-voltage'],
  [0x16, 'o2-b2s1-voltage'],
  [0x1b, 'o2-b4s2-voltage'],
  [0x26, 'lambda-b2s1-ratio'],
  [0x29, 'lambda-b3s2-ratio'],
  [0x3a, 'lambda-current-b4s1-ratio'],
])('a unit that answers 1D means sensor %i as %s', (pid, name) => {
  const data = [0x20, 0x80, 0x10, 0];
  const list = [live('7E8', pid, data), live('7E8', 0x1d, [0xff]), live('7E9', pid, data), live('7E9', 0x13, [0xff])];
  const [own, , other] = asMeant(list, mannersOf(list));
  expect(own?.readings[0]?.name).toBe(name);
  expect(other?.readings[0]?.name).toBe(decodeParameter(parameterOf(pid)!, data)![0]!.name);
});

test('only what bears on the wanted parameters is asked, and only of a car that lists it', () => {
  const asked = (pids: number[], supported?: Set<number>) => {
    const steps = learnManners(J1979, pids, supported);
    const list: string[] = [];
    for (let step = steps.next(); !step.done; step = steps.next([])) list.push(step.value.request);
    return list;
  };
  expect(asked([0x0c, 0x0d])).toEqual([]);
  expect(asked([0x0b])).toEqual(['014F', '0150']);
  expect(asked([0x14])).toEqual(['0113', '011D']);
  expect(asked([0x0b, 0x24], new Set([0x0b, 0x24, 0x1d]))).toEqual(['011D']);
});
