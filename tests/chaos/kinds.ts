import { CLOCK } from './kinds/clock.ts';
import { CONTENT } from './kinds/content.ts';
import { DISK } from './kinds/disk.ts';
import { IDENTITY } from './kinds/identity.ts';
import type { Kind } from './kinds/kind.ts';
import { PROCESSES } from './kinds/process.ts';
import { RESTORE } from './kinds/restore.ts';
import { WIRE } from './kinds/wire.ts';

/** All that we know how to break. */
export const KINDS: readonly Kind[] = [...WIRE, ...PROCESSES, ...DISK, ...CLOCK, ...RESTORE, ...CONTENT, ...IDENTITY];
