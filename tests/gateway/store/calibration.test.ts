import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../gateway/store/store.ts';
import { openTally, type Sum, type Tally, tempFolder } from './fixture.ts';

let store: Store<Sum, Tally>;
let folder: string;
let remove: () => void;

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  store = openTally(folder);
});
afterEach(() => {
  store.close();
  remove();
});

test('what was drawn is there after a restart, for its own bay and camera alone', () => {
  expect(store.calibrations.get('cam-1', 'B1')).toEqual({ camera: 'cam-1', bay: 'B1', revision: 0, body: null });
  expect(store.calibrations.put('cam-1', 'B1', 0, { outline: [[0, 1]] })).toBe(1);
  store.close();
  store = openTally(folder);
  expect(store.calibrations.get('cam-1', 'B1')).toMatchObject({ revision: 1, body: '{"outline":[[0,1]]}' });
  expect(store.calibrations.get('cam-1', 'B2').body).toBe(null);
  expect(store.calibrations.get('cam-2', 'B1').body).toBe(null);
});

test('of two who change the same state, the second is told, and nothing of his is kept', () => {
  store.calibrations.put('cam-1', 'B1', 0, 'mine');
  expect(() => store.calibrations.put('cam-1', 'B1', 0, 'theirs')).toThrow(/changed by somebody else/);
  expect(store.calibrations.get('cam-1', 'B1')).toMatchObject({ revision: 1, body: '"mine"' });
  expect(store.calibrations.put('cam-1', 'B1', 1, 'mine again')).toBe(2);
});
