import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

/**
 * `npm run screenshots -- --wall URL --cloud URL --email E --password P --site-password S [--out docs/img]`: pictures of
 * every page of a running demo, for the README and for looking at.
 */
const words = process.argv.slice(2);
const option = (name: string, otherwise: string) => {
  const i = words.indexOf(`--${name}`);
  return i < 0 ? otherwise : words[i + 1]!;
};
const wall = option('wall', 'http://127.0.0.1:8480');
const cloud = option('cloud', 'http://127.0.0.1:8490');
const out = option('out', 'docs/img');
const WALL = { width: 1920, height: 1080 };
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

mkdirSync(out, { recursive: true });
const browser = await launchBrowser();
try {
  await walls(browser);
  await consolePages(browser);
  await sitePages(browser);
} finally {
  await browser.close();
}

async function shoot(page: Page, name: string): Promise<void> {
  await sleep(1_200);
  await page.screenshot({ path: join(out, `${name}.png`) });
  process.stdout.write(`${name}.png\n`);
}

async function walls(browser: Browser): Promise<void> {
  const views = [
    ['wall', WALL, 'lang=zh-CN'],
    ['wall-en-light', WALL, 'lang=en&theme=light'],
    ['wall-55-inch-8-m', WALL, 'lang=en&panel=55&distance=8'],
    ['wall-phone', PHONE, 'lang=zh-CN'],
  ] as const;
  for (const [name, viewport, query] of views) {
    const page = await browser.newPage({ viewport });
    await page.goto(`${wall}/wall?${query}`);
    await page.locator('[data-bay]').first().waitFor();
    await shoot(page, name);
    await page.close();
  }
}

async function consolePages(browser: Browser): Promise<void> {
  for (const [look, viewport] of [
    ['', DESK],
    ['-phone', PHONE],
  ] as const) {
    for (const locale of ['zh-CN', 'en'] as const) {
      const context = await browser.newContext({ viewport, locale, colorScheme: locale === 'en' ? 'dark' : 'light' });
      await context.addInitScript((l) => localStorage.setItem('liftgate.locale', l), locale);
      const page = await context.newPage();
      await page.goto(`${cloud}/console/`);
      await page.getByRole('textbox').first().fill(option('email', 'manager@example.com'));
      await page.locator('input[type=password]').fill(option('password', ''));
      await page.keyboard.press('Enter');
      await page.locator('nav').first().waitFor({ state: 'attached' });
      for (const place of [
        'alerts',
        'bays',
        'bays/figures',
        'week',
        'vehicles',
        'orders',
        'notices',
        'customers',
        'safe',
        'gateways',
        'mailbox',
      ]) {
        await page.goto(`${cloud}/console/#/${place}`);
        await shoot(page, `console-${place.replace('/', '-')}-${locale}${look}`);
      }
      const vin = option('vin', '');
      if (vin) {
        await page.goto(`${cloud}/console/#/vehicles/${vin}`);
        await sleep(2_500);
        await shoot(page, `console-vehicle-${locale}${look}`);
      }
      await context.close();
    }
  }
}

async function sitePages(browser: Browser): Promise<void> {
  for (const [look, viewport] of [
    ['', DESK],
    ['-phone', PHONE],
  ] as const) {
    for (const locale of ['zh-CN', 'en'] as const) {
      const context = await browser.newContext({ viewport, locale, colorScheme: locale === 'en' ? 'dark' : 'light' });
      await context.addInitScript((l) => localStorage.setItem('liftgate.locale', l), locale);
      const page = await context.newPage();
      await page.goto(`${wall}/site/`);
      await page.locator('input[type=password]').fill(option('site-password', ''));
      await page.keyboard.press('Enter');
      await sleep(2_000);
      await shoot(page, `site-${locale}${look}`);
      await page.goto(`${wall}/site/#/flags`);
      await shoot(page, `site-flags-${locale}${look}`);
      await page.goto(`${wall}/site/#/bays`);
      await page.locator('.bays').waitFor();
      await shoot(page, `site-bays-${locale}${look}`);
      await page.goto(`${wall}/site/#/cameras`);
      await page.locator('.camera').waitFor();
      await sleep(2_000);
      await shoot(page, `site-cameras-${locale}${look}`);
      await context.close();
    }
  }
}
