import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../tools/browser.ts';
import { builtPage } from '../tools/built.ts';
import { fakeConsoleApi } from '../tools/fake-console-api.ts';
import type { FakeServer } from '../tools/fake-http.ts';
import { dateOf, emptyLedger, startOf } from '../tools/fake-ledger.ts';
import { busyWorkshop, type FakeWorkshop, MANAGER } from '../tools/fake-workshop.ts';
import { expectAccessible, expectNoSidewaysScroll, type Seat, seen, sitDown } from './desk.ts';

let browser: Browser;
let built: Awaited<ReturnType<typeof builtPage>>;
let workshop: FakeWorkshop;
let api: FakeServer;
let seat: Seat;
let page: Page;
let yesterday: string;

beforeAll(async () => {
  [browser, built] = await Promise.all([launchBrowser(), builtPage('console')]);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  workshop = busyWorkshop(Date.now());
  yesterday = dateOf(Date.now() - 86_400_000);
  api = await fakeConsoleApi(workshop, built.folder);
  await take({});
});
afterEach(async () => {
  await seat.leave();
  await api.close();
});

async function take(options: Parameters<typeof sitDown>[1]): Promise<void> {
  await seat?.leave();
  seat = await sitDown(browser, options);
  page = seat.page;
}

async function open(at: string): Promise<void> {
  await page.goto(`${api.url}/console/`);
  await page.locator('input[type=email]').fill(MANAGER.email);
  await page.locator('input[type=password]').fill(MANAGER.password);
  await page.locator('button[type=submit]').click();
  await page.locator('.shell').waitFor();
  await page.goto(`${api.url}/console/#/bays/${at}`);
  await page.locator('.bays').waitFor();
}

const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
const pieces = (bay: string) => page.locator(`[data-bay=${bay}] .piece`);
const piece = (bay: string, time: string) => {
  const [h, m] = time.split(':').map(Number);
  return page.locator(`[data-bay=${bay}] [data-from="${startOf(yesterday) + (h! * 60 + m!) * 60_000}"]`);
};

describe('the day of the bays', { timeout: 120_000 }, () => {
  test('is one row for each bay by its name, each piece with its word, its times and its letter', async () => {
    await open(yesterday);
    await pieces('bay-1').first().waitFor();
    expect(await page.locator('[data-bay]').count()).toBe(3);
    await page.getByRole('group', { name: /^一号举升机: \d+ pieces$/ }).waitFor();
    const label = await piece('bay-1', '08:20').getAttribute('aria-label');
    expect(label).toBe('Working · Amended, 08:20:00 to 10:05:00, 1 h 45 min');
    expect(await piece('bay-1', '08:20').locator('i').getAttribute('data-label')).toBe('Work');
    expect(seat.errors).toEqual([]);
    await expectAccessible(page);
  });

  test('tells under the cursor what decided: rule, devices by name, what they said, confidence, version', async () => {
    await open(yesterday);
    await piece('bay-1', '08:20').hover();
    const card = page.getByRole('dialog', { name: 'Why Working' });
    const text = await seen(card);
    for (const part of ['08:20:00 – 10:05:00', '1 h 45 min', '沪A·5K218', 'WO-1042', 'The lift moved', '97.2 %'])
      expect(text).toContain(part);
    expect(text).toMatch(/Camera 3 号工位摄像机\s+a car\s+08:20:00/);
    expect(text).toMatch(/2 – told again at 10:05:00/);
    await page.mouse.move(5, 5);
    await expect.poll(() => card.count()).toBe(0);
  });

  test('is walked through with the keyboard: pieces with left and right, bays with up and down, Escape back', async () => {
    await open(yesterday);
    await pieces('bay-1').last().waitFor();
    await piece('bay-1', '08:12').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Why Working' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('dialog', { name: 'Why Rework' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Close' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    expect(await piece('bay-2', '09:00').evaluate((e) => e === document.activeElement)).toBe(true);
  });

  test('shows what nobody saw as unknown, hatched and by its word, never as free', async () => {
    await open(yesterday);
    const unseen = piece('bay-2', '08:00');
    await unseen.waitFor();
    expect(await unseen.getAttribute('aria-label')).toMatch(/^Unknown, 08:00:00/);
    expect(await unseen.evaluate((e) => getComputedStyle(e).backgroundImage)).toContain('repeating-linear-gradient');
  });

  test('goes to another day and comes back to today', async () => {
    await open('');
    await pieces('bay-1').first().waitFor();
    await page.getByRole('button', { name: 'Previous day' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(`#/bays/${yesterday}`);
    await piece('bay-1', '08:20').waitFor();
    await page.getByRole('button', { name: 'Today' }).click();
    await page.getByText(/^Now \d\d:\d\d$/).waitFor();
  });

  test('changes by itself when the workshop tells something new', async () => {
    await open('');
    await pieces('bay-3').first().waitFor();
    const now = Date.now();
    workshop.ledger.intervals = workshop.ledger.intervals.map((i) =>
      i.interval === 'bay-3.open' ? { ...i, leaf: 'waiting-parts', version: 2, to: now } : i,
    );
    await page.locator('[data-bay=bay-3] [data-leaf=waiting-parts]').waitFor();
  });

  test('says so where nothing is known, and where the workshop fell silent', async () => {
    workshop.ledger = emptyLedger();
    await open(yesterday);
    await shows('Nothing is known of this day.');
    workshop.ledger = { ...busyWorkshop(Date.now()).ledger, until: Date.now() - 600_000 };
    await page.getByRole('button', { name: 'Today' }).click();
    if (dateOf(Date.now() - 600_000) === dateOf(Date.now())) await shows(/The workshop was last heard at \d\d:\d\d/);
  });

  test('stays and says its age while the cloud is silent', async () => {
    await open('');
    await pieces('bay-1').first().waitFor();
    api.down = true;
    await shows(/No new answer comes\. This is from \d\d:\d\d/);
    expect(await pieces('bay-1').count()).toBeGreaterThan(0);
  });

  test.each([
    { width: 390, height: 844, touch: true, locale: 'en' as const },
    { width: 390, height: 844, touch: true, dark: true, locale: 'zh-CN' as const },
    { width: 1920, height: 1080, dark: true, locale: 'zh-CN' as const },
  ])('is whole and accessible on a screen of $width px', async (screen) => {
    await take(screen);
    await open(yesterday);
    const shown = piece('bay-1', '08:20');
    await shown.waitFor();
    await expectNoSidewaysScroll(page);
    await (screen.touch ? shown.tap() : shown.click());
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(seat.errors).toEqual([]);
  });
});
