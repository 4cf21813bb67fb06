import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from './kind.ts';

export const IDENTITY: readonly Kind[] = [
  {
    name: 'credential',
    what: 'the credential is revoked while the gateway runs, and renewed',
    async run(world) {
      await world.revoke();
      world.count('credential');
      await sleep(3_000);
      await world.renew();
      await world.stopGateway();
      await world.startGateway();
    },
  },
  {
    name: 'twin',
    what: 'a second gateway with a store of its own under the same identity',
    async run(world) {
      const twin = await world.openTwin(null);
      world.count('twin');
      await sleep(6_000);
      await twin.stop();
      // The person has ended the wrong one; the right one is started anew and takes over at once.
      await world.stopGateway();
      await world.startGateway();
    },
  },
  {
    name: 'twin-copy',
    what: 'a second gateway with a copy of the store: both give the same numbers to other events',
    async run(world) {
      await world.pause();
      await world.drained();
      await world.stopGateway();
      const copy = world.archive('copied');
      await world.startGateway();
      world.resume();
      await sleep(1_000);
      const twin = await world.openTwin(copy);
      world.count('twin-copy');
      await sleep(6_000);
      await twin.stop();
      await world.stopGateway();
      await world.startGateway();
      rmSync(copy, { recursive: true, force: true });
      world.archives.splice(world.archives.indexOf(copy), 1);
    },
  },
];
