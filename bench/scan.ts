import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { readGatewayConfig } from '../config/load.ts';
import { startGateway } from '../gateway/main.ts';
import { openPty } from '../simulators/pty.ts';
import { createScannerSimulator } from '../simulators/scanner.ts';
import { launchBrowser } from '../tests/tools/browser.ts';
import { builtPage } from '../tests/tools/built.ts';
import { latencyRows, type Row, type Section } from './section.ts';

const PROBES = 60;
const GOAL_MS = 300;

/**
 * A scanner on a serial line (a pseudo-terminal) sends a label; the clock stops when it beeps (what it read is on disk),
 * and when a wall has drawn what was understood. All on this machine, so one clock measures both ends.
 */
export async function run(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'liftgate-bench-scan-'));
  const line = openPty();
  const sim = createScannerSimulator({ line });
  const built = await builtPage('wall');
  const outcome = readGatewayConfig(
    `site: { id: bench, name: Bench, timezone: UTC }
store: { folder: ${folder} }
http: { port: 0 }
wall: { access: loopback }
bays: [{ id: B1 }, { id: B2 }, { id: B3 }]
devices: [{ kind: scanner, id: scan-1, port: ${line.path} }]`,
    join(folder, 'site.yaml'),
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.mistakes));
  const gateway = await startGateway(outcome.config, { log: pino({ level: 'silent' }), pages: built.folder });
  const browser = await launchBrowser();
  const drawn: number[] = [];
  const stored: number[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${gateway.url}/wall?lang=en`);
    await page.locator('[data-bay=B3]').waitFor();
    await sleep(2_000);
    for (let i = 0; i < PROBES; i++) {
      const bay = `B${(i % 3) + 1}`;
      const seen = drawnAt(page, bay);
      await sleep(60 + ((i * 37) % 120));
      const before = sim.beeps.good;
      const sent = Date.now();
      sim.scan(`BAY:${bay}`);
      const beep = untilMore(() => sim.beeps.good, before).then(() => stored.push(Date.now() - sent));
      drawn.push((await seen) - sent);
      await beep;
    }
  } finally {
    await browser.close();
    await gateway.stop();
    await line.close();
    await built.remove();
    await rm(folder, { recursive: true });
  }
  const rows: Row[] = [
    ...latencyRows('scanner told: on disk', stored),
    ...latencyRows('wall has drawn it', drawn, GOAL_MS),
  ];
  return { title: `Scan to wall: bytes on a serial line to the read-back, ${PROBES} scans`, rows };
}

/** When the wall reads back a scan of this bay, and has drawn that. */
function drawnAt(page: Page, bay: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const echo = document.querySelector('.echo')!;
        const observer = new MutationObserver(() => {
          if (!echo.textContent?.includes(wanted)) return;
          observer.disconnect();
          // After the frame that shows it.
          requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
        });
        observer.observe(echo, { subtree: true, childList: true, characterData: true, attributes: true });
      }),
    bay,
  );
}

async function untilMore(value: () => number, than: number): Promise<void> {
  while (value() <= than) await sleep(1);
}
