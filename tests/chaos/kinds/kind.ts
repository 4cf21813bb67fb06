import type { Random } from '../random.ts';
import type { World } from '../world.ts';

/** One kind of fault: breaks something for a while and puts it right. That nothing was lost is checked by others. */
export interface Kind {
  readonly name: string;
  readonly what: string;
  /** @returns why it could not be run on this machine; undefined: it was. */
  run(world: World, random: Random): Promise<string | undefined> | Promise<void>;
}
