import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from './kind.ts';

export const PROCESSES: readonly Kind[] = [
  {
    name: 'kill-gateway',
    what: 'SIGKILL of the gateway at a random moment',
    async run(world, random) {
      for (let i = 0; i < 3; i++) {
        await sleep(random.between(200, 2_000));
        await world.killGateway();
        world.count('kill-gateway');
        await world.startGateway();
      }
    },
  },
  {
    name: 'kill-cloud',
    what: 'SIGKILL of the cloud at a random moment',
    async run(world, random) {
      for (let i = 0; i < 2; i++) {
        await sleep(random.between(200, 2_000));
        await world.killCloud();
        world.count('kill-cloud');
        await world.startCloud();
      }
    },
  },
  {
    name: 'kill-postgres',
    what: 'SIGKILL of PostgreSQL at a random moment; the cloud starts it again',
    async run(world, random) {
      for (let i = 0; i < 2; i++) {
        await sleep(random.between(200, 1_500));
        await world.log.answers();
        process.kill(world.log.pid, 'SIGKILL');
        world.count('kill-postgres');
        await sleep(500);
      }
    },
  },
];
