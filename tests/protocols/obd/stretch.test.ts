import { expect, test } from 'vitest';
import { decodeParameter } from '../../../protocols/obd/parameter.ts';
import { parameterOf } from '../../../protocols/obd/pids.ts';
import { stretchedValues } from '../../../protocols/obd/stretch.ts';

const live = (unit: string, pid: number, data: number[]) => ({
  unit,
  pid,
  readings: decodeParameter(parameterOf(pid)!, data)!,
});
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
