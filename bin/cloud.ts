import { cloudLogger, startCloud } from '../cloud/main.ts';
import { loadCloudConfig } from '../config/load.ts';
import { ensureBuilt } from '../dashboard/serve/index.ts';

/** `liftgate cloud`: runs until it is told to stop (SIGINT, SIGTERM). A second signal ends it at once. */
export async function run({ config: file }: { config?: string }): Promise<number> {
  const config = await loadCloudConfig(file ?? null);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  await ensureBuilt({ say });
  const cloud = await startCloud(config, { logger: cloudLogger() });
  say(`Liftgate cloud: ${cloud.url}/console   API: ${cloud.url}/docs`);
  if (cloud.setUpLink) say(`Nobody can sign in yet. Make the first manager, within 24 hours: ${cloud.setUpLink}`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await cloud.stop();
  return 0;
}
