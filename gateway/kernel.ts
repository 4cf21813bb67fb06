import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { BootClock } from './store/boot.ts';

/** Less than this is how coarse the two clocks are, not a sleep. */
const SLEEP_MS = 1_500;

/** The kernel's boot id and steady clock. Where there is no boot id, each run of this program counts as a boot. */
export function kernelBoot(): BootClock {
  return { id: bootId(), mono };
}

/** ms since the boot. The steady clock of the process stands still while the machine sleeps; the uptime does not. */
function mono(): number {
  const awake = Number(process.hrtime.bigint() / 1_000n) / 1_000;
  const asleep = uptime() * 1_000 - awake;
  return asleep > SLEEP_MS ? awake + asleep : awake;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `run-${randomUUID()}`;
  }
}
