import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const BIN = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin');
const PARTS = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'];

/**
 * Not the flags of the package: it is made for one page in a small container and runs all in one process, which falls
 * over with the second page. And web security stays on, since the pages' policies are under test.
 */
const FLAGS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
];

/** Starts a real Chromium, on machines that have neither a browser nor its libraries. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpacked();
  const executablePath = join(folder, 'chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: FLAGS,
    env: { ...(process.env as Record<string, string>), ...(await borrowed(folder, executablePath)) },
  });
}

/** Unpacks once per machine: beside, then renamed, so that tests which start at once never see half a browser. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(BIN, '../package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `liftgate-chromium-${version}`);
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  await mkdir(beside, { recursive: true });
  const home = process.env.TMPDIR;
  // The package unpacks to the folder for temporary files, wherever that is.
  process.env.TMPDIR = beside;
  try {
    for (const part of PARTS) await inflate(join(BIN, part));
  } finally {
    if (home === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = home;
  }
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
  return folder;
}

/** Libraries and fonts from the package, where the machine lacks them. */
async function borrowed(folder: string, executable: string): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const { stdout } = await promisify(execFile)('ldd', [executable]).catch(() => ({ stdout: 'not found' }));
  if (stdout.includes('not found')) {
    env.LD_LIBRARY_PATH = [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  }
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_PATH = join(folder, 'fonts');
  return env;
}
