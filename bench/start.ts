import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { ensureBuilt } from '../dashboard/serve/index.ts';
import { launchBrowser } from '../tests/tools/browser.ts';
import { freePorts } from '../tests/tools/lab.ts';
import { median, type Section } from './section.ts';

const ROUNDS = 3;
const LONGEST_MS = 60_000;

/** Seconds from `npm start`, with the pages built by `npm ci` and no data yet, to the first wall with its tiles drawn. */
export async function run(): Promise<Section> {
  await ensureBuilt();
  const browser = await launchBrowser();
  const taken: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) taken.push(await once(browser));
  } finally {
    await browser.close();
  }
  const seconds = median(taken);
  return {
    title: `From npm start to the first painted wall, median of ${ROUNDS}, empty data folder each time`,
    rows: [{ name: 'npm start → tiles drawn', value: seconds, unit: 's', goal: '≤ 5', met: seconds <= 5 }],
  };
}

async function once(browser: Browser): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-start-'));
  const port = await demoPort();
  const started = performance.now();
  const args = ['start', '--silent', '--', '--folder', join(folder, 'demo'), '--port', String(port)];
  const demo = spawn('npm', args, { stdio: 'ignore', detached: true });
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  try {
    while (performance.now() - started < LONGEST_MS) {
      const open = await page.goto(`http://127.0.0.1:${port}/wall`).catch(() => null);
      if (open?.ok()) break;
      await sleep(50);
    }
    await page.locator('[data-bay]').first().waitFor({ timeout: LONGEST_MS });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    return (performance.now() - started) / 1_000;
  } finally {
    await page.close();
    await end(demo);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The demo takes three ports: of the wall, ten after it, and twenty after it. */
async function demoPort(): Promise<number> {
  const [port] = await freePorts(1);
  return port! > 65_000 ? port! - 1_000 : port!;
}

/** Ends the group that was started here: npm, the demo and its parts. */
async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid!, 'SIGTERM');
  await gone;
}
