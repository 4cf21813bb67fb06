import { readdirSync, readFileSync } from 'node:fs';

/** Processes by their parents, as /proc tells them. Linux only. */

/** All descendants of a process. */
export function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(statusOf(Number(entry)))?.[1]));
    } catch {
      // Gone meanwhile.
    }
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && (parent === root || below(parent));
  };
  return [...parents.keys()].filter(below);
}

export const statusOf = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');

/** Resident memory of a process (VmRSS), MB. */
export const residentMb = (pid: number) => Number(/^VmRSS:\s+(\d+)/m.exec(statusOf(pid))?.[1]) / 1_024;

/** Processor time of a process and all its descendants that still live, ms, to 10 ms (proc(5), utime and stime). */
export function processorMs(root: number): number {
  let ticks = 0;
  for (const pid of [root, ...family(root)]) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10;
}
