import { expect, test } from 'vitest';
import { runKills } from './chaos/kills.ts';
import { runLab } from './chaos/lab.ts';
import { type Issue, judge } from './chaos/oracle.ts';

const say = () => {};

test('what was acknowledged is in both logs, once, in order and unchanged, through faults of wire and processes', async () => {
  const kinds = ['cut', 'lost-response', 'duplicate', '503', 'kill-gateway', 'kill-cloud'];
  const { findings, kinds: ran } = await runLab({ seed: 7, minutes: 2, rounds: 1, kinds, say });
  expect(findings.faults).toEqual([]);
  expect(findings).toMatchObject({ lost: 0, doubled: 0, disordered: 0 });
  expect(findings.acknowledged).toBeGreaterThan(200);
  // Faults and repetitions really happened.
  expect(Object.keys(ran).sort()).toEqual(kinds.sort());
  expect(findings.duplicatesSeen).toBeGreaterThan(0);
}, 240_000);

test('a store that is killed, or loses all that was never synced, keeps what it acknowledged', async () => {
  const { faults, kills, powerCuts, acknowledged } = await runKills({ seed: 7, kills: 8, lanes: 1, say });
  expect(faults).toEqual([]);
  expect(kills).toBe(8);
  expect(powerCuts).toBe(4);
  expect(acknowledged).toBeGreaterThan(50);
}, 120_000);

test('the oracle sees what is lost, doubled, out of order or strange, and lets the unsure be', () => {
  const issue = (n: number, fate: Issue['fate']): Issue => ({ device: 'd', n, issuedAt: 0, fate, blurred: false });
  const issues = [issue(1, 'acknowledged'), issue(2, 'acknowledged'), issue(3, 'unsure'), issue(4, 'acknowledged')];
  const finds = (...all: number[]) => all.map((n, i) => ({ n, where: `e-${i + 1}` }));
  expect(judge(issues, finds(1, 2, 4))).toMatchObject({ lost: [], doubled: [], disordered: [], strange: [], found: 3 });
  expect(judge(issues, finds(1, 2, 3, 4))).toMatchObject({ lost: [], doubled: [], disordered: [], strange: [] });
  expect(judge(issues, finds(1, 4))).toMatchObject({ lost: ['2'] });
  expect(judge(issues, finds(1, 2, 2, 4))).toMatchObject({ doubled: ['2 at e-3'] });
  expect(judge(issues, finds(2, 1, 4))).toMatchObject({ disordered: ['1 at e-2, after 2'] });
  expect(judge(issues, finds(1, 2, 4, 9))).toMatchObject({ strange: ['9 at e-4'] });
});
