import { execFileSync } from 'node:child_process';
import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from './kind.ts';

export const RESTORE: readonly Kind[] = [
  {
    name: 'restore-gateway',
    what: 'the gateway’s store is put back from an old copy; what came after it the cloud has alone',
    async run(world) {
      await world.pause();
      await world.drained();
      await world.stopGateway();
      const backup = join(world.folder, 'store-backup');
      cpSync(world.seat.folder, backup, { recursive: true });
      await world.startGateway();
      world.resume();
      await sleep(4_000);
      await world.pause();
      await world.drained();
      await world.killGateway();
      world.archive('given-up');
      rmSync(world.seat.folder, { recursive: true });
      renameSync(backup, world.seat.folder);
      world.count('restore-gateway');
      world.oracle.blur(world.oracle.devices().filter((d) => d.startsWith('lift')));
      await world.startGateway();
      world.resume();
    },
  },
  {
    name: 'restore-cloud',
    what: 'the cloud’s database is put back from an old copy; the gateway brings again what the cloud has lost',
    async run(world) {
      const folder = join(world.folder, 'cloud');
      await world.stopCloud();
      // Its files belong to the user that PostgreSQL runs as.
      execFileSync('cp', ['-a', folder, `${folder}-backup`]);
      await world.startCloud();
      await sleep(5_000);
      await world.stopCloud();
      rmSync(folder, { recursive: true });
      renameSync(`${folder}-backup`, folder);
      world.count('restore-cloud');
      await world.startCloud();
    },
  },
];
