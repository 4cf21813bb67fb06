import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from './kind.ts';

const HOUR = 3_600_000;

export const CLOCK: readonly Kind[] = [
  {
    name: 'clock-forward',
    what: 'the gateway’s wall clock jumps two hours ahead, and back again',
    async run(world, random) {
      world.warp({ shiftMs: Math.round(2 * HOUR + random.between(0, HOUR)) });
      world.count('clock-forward');
      await sleep(5_000);
      world.warp({ shiftMs: 0 });
      await sleep(500);
    },
  },
  {
    name: 'clock-back',
    what: 'the gateway’s wall clock jumps two hours back, and ahead again',
    async run(world, random) {
      world.warp({ shiftMs: -Math.round(2 * HOUR + random.between(0, HOUR)) });
      world.count('clock-back');
      await sleep(5_000);
      world.warp({ shiftMs: 0 });
      await sleep(500);
    },
  },
  {
    name: 'clock-boot',
    what: 'the gateway starts with a clock of the year 2020 and without the cloud; the clock is set later',
    async run(world) {
      await world.killGateway();
      await world.proxy.cut();
      world.warp({ shiftMs: Date.UTC(2020, 0, 1) - Date.now() });
      await world.startGateway();
      world.count('clock-boot');
      await sleep(4_000);
      world.warp({ shiftMs: 0 });
      await sleep(1_500);
      await world.proxy.heal();
    },
  },
  {
    name: 'names',
    what: 'the name of the cloud cannot be resolved (EAI_AGAIN), with all connections gone',
    async run(world) {
      world.warp({ names: false });
      await sleep(200);
      await world.proxy.cut();
      await world.proxy.heal();
      world.count('names');
      await sleep(4_000);
      world.warp({ names: true });
    },
  },
];
