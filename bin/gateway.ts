import { once } from 'node:events';
import { loadGatewayConfig } from '../config/load.ts';
import { startGateway } from '../gateway/main.ts';
import { slim } from './slim.ts';

/** Longest time from SIGTERM to the end. */
const ENDS_MS = 9_800;

/**
 * `liftgate gateway --config FILE`: runs until SIGTERM or SIGINT, then ends in order.
 * @throws LiftgateError `config` (all mistakes of the file at once), `conflict` (port or store taken)
 */
export async function run({ config: file }: { config: string }): Promise<number> {
  const config = await loadGatewayConfig(file);
  // Asked to end while it still starts, it ends as soon as it has started.
  const asked = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  slim();
  const gateway = await startGateway(config);
  const lines = [
    `wall       ${gateway.url}/wall`,
    `site page  ${gateway.url}/site`,
    ...(gateway.setUpLink === null ? [] : [`set the password of this site, once: ${gateway.setUpLink}`]),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  await asked;
  // However something hangs: the process is gone before a service manager loses patience. What was acknowledged is on disk.
  setTimeout(() => process.exit(1), ENDS_MS).unref();
  await gateway.stop();
  return 0;
}
