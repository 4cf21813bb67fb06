import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import config from '../../dashboard/vite.config.ts';

/** One page, built as the product builds it, in a folder of its own. */
export async function builtPage(
  page: 'wall' | 'console' | 'site',
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `liftgate-${page}-`));
  const base = config as InlineConfig;
  await build({
    ...base,
    configFile: false,
    logLevel: 'error',
    build: {
      ...base.build,
      outDir: folder,
      rolldownOptions: { input: { [page]: join(import.meta.dirname, '../../dashboard', page, 'index.html') } },
    },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
