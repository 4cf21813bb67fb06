import type { Want } from './schedule.ts';

/** What changes slowly is asked for at a tenth of the pace: temperatures of air and oil, levels, purge, the filter's pressure. */
const SLOW: ReadonlySet<number> = new Set([0x0f, 0x2e, 0x2f, 0x46, 0x5b, 0x5c, 0x7a, 0xa6]);
const SLOW_TIMES = 10;
/** Counters since codes were cleared, averages of regenerations, health of the pack: at a sixtieth. */
const SELDOM: ReadonlySet<number> = new Set([0x21, 0x30, 0x31, 0x4d, 0x4e, 0x8b, 0xb2]);
const SELDOM_TIMES = 60;

/** How often a parameter of service 01 is asked for, and how much a delay matters. */
export function wantOf(pid: number, intervalMs: number): Want {
  if (SLOW.has(pid)) return { pid, everyMs: intervalMs * SLOW_TIMES, priority: 'slow' };
  if (SELDOM.has(pid)) return { pid, everyMs: intervalMs * SELDOM_TIMES, priority: 'scan' };
  return { pid, everyMs: intervalMs, priority: 'live' };
}
