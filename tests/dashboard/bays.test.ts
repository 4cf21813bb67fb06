import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeConsoleApi } from '../tools/fake-console-api.ts';
import type { FakeServer } from '../tools/fake-http.ts';
import { dateOf, emptyLedger, startOf } from '../tools/fake-ledger.ts';
import { busyWorkshop, type FakeWorkshop } from '../tools/fake-workshop.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Seat,
  type SeatOptions,
  seen,
  setDesk,
  signIn,
} from './desk.ts';

const desk = setDesk('console');
let workshop: FakeWorkshop;
let api: FakeServer;
let seat: Seat;
let page: Page;
let yesterday: string;

beforeEach(async () => {
  workshop = busyWorkshop(Date.now());
  yesterday = dateOf(Date.now() - 86_400_000);
  api = await fakeConsoleApi(workshop, desk.folder);
  await take({});
});
afterEach(async () => {
  await desk.leave();
  await api.close();
});

async function take(options: SeatOptions): Promise<void> {
  await desk.leave();
  seat = await desk.sit(options);
  page = seat.page;
}

async function open(at: string): Promise<void> {
  await signIn(page, `${api.url}/console/`);
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
    // The plate is asked for when the car is pointed at.
    await card.getByText('沪A·5K218').waitFor();
    const text = await seen(card);
    for (const part of ['08:20:00 – 10:05:00', '1 h 45 min', '沪A·5K218', 'WO-1042', 'The lift moved', '97.2 %'])
      expect(text).toContain(part);
    expect(text).toMatch(/Camera 3 号工位摄像机\s+a car\s+08:20:00/);
    expect(text).toMatch(/2 – told again because of later evidence told at 10:05:00/);
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

describe('putting the ledger right', { timeout: 120_000 }, () => {
  const pick = async (leaf: string) => {
    await page.getByLabel('What it was').click();
    await page.locator('.ant-select-item-option').filter({ hasText: leaf }).first().click();
  };

  test('takes a piece, shows what would change, keeps it with who, when and why, and takes it back', async () => {
    await open(yesterday);
    await piece('bay-2', '08:00').click();
    await page.getByRole('button', { name: 'Put this right' }).click();
    await page.getByRole('button', { name: 'Keep this correction' }).click();
    await shows('Say why.');
    await shows('Choose what it was, or give the car or the order.');
    await pick('Working');
    const preview = page.getByRole('region', { name: 'What it changes' });
    expect(await seen(preview)).toMatch(/Unknown: \u22121:00:00[\s\S]*Working: \+1:00:00/);
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Why' }).fill('camera was covered');
    await page.getByRole('button', { name: 'Keep this correction' }).click();
    const item = page.locator('[data-correction=c-1]');
    await item.waitFor();
    expect(await seen(item)).toMatch(
      /二号举升机[\s\S]*Working, 08:00:00 – 09:00:00[\s\S]*camera was covered[\s\S]*陈静/,
    );
    expect(await piece('bay-2', '08:00').getAttribute('aria-label')).toMatch(/^Working · By hand/);
    await piece('bay-2', '08:00').hover();
    await shows(/Put right by 陈静/);
    await page.mouse.move(5, 5);

    await item.getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('textbox', { name: 'Why' }).fill('it was right before');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await shows(/Taken back by 陈静/);
    await expect.poll(() => piece('bay-2', '08:00').getAttribute('aria-label')).toMatch(/^Unknown/);
    expect(workshop.ledger.corrections[0]).toMatchObject({
      why: 'camera was covered',
      withdrawn: { why: 'it was right before' },
    });
  });

  test('takes a time that was drawn over a row with the mouse', async () => {
    await open(yesterday);
    const idle = await piece('bay-3', '13:00').boundingBox();
    const y = idle!.y + idle!.height / 2;
    await page.mouse.move(idle!.x + 1, y);
    await page.mouse.down();
    await page.mouse.move(idle!.x + idle!.width / 2, y, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('dialog', { name: 'Put the ledger right' }).waitFor();
    expect(await page.getByLabel('From').inputValue()).toBe('13:00:00');
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toMatch(/^1[45]:/);
  });

  test('refuses what has not been yet and a time that runs backwards, before anything is sent', async () => {
    await open('');
    await pieces('bay-1').first().waitFor();
    await pieces('bay-1').last().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Put this right' }).click();
    await page.getByLabel('To', { exact: true }).fill('23:59:59');
    await page.getByRole('button', { name: 'Keep this correction' }).click();
    await shows(/“to” lies in the future/);
    await page.getByLabel('From').fill('00:00:30');
    await page.getByLabel('To', { exact: true }).fill('00:00:10');
    await shows('“From” must lie before “to”.');
    expect(workshop.ledger.corrections).toEqual([]);
  });

  test('says in clear words that somebody else has taken it back already', async () => {
    const [from, to] = [startOf(yesterday) + 28_800_000, startOf(yesterday) + 32_400_000];
    const said = { correction: 'c-7', bay: 'bay-2', from, to, leaf: 'idle', vin: null, order: null } as const;
    workshop.ledger.corrections = [{ ...said, who: '李', at: to, why: 'seen', withdrawn: null }];
    await open(yesterday);
    await page.getByRole('button', { name: 'Take back' }).click();
    workshop.ledger.corrections = [
      { ...said, who: '李', at: to, why: 'seen', withdrawn: { who: '王', at: to, why: 'x' } },
    ];
    await page.getByRole('textbox', { name: 'Why' }).fill('wrong');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await shows('Somebody has taken this correction back already.');
  });
});

describe('the loss tree', { timeout: 120_000 }, () => {
  const row = (node: string) => page.locator(`[data-node="${node}"]`);
  const ratio = (id: string) => page.locator(`[data-ratio=${id}]`);

  test('divides the open time into leaves that add up to the second and to 100.0 %', async () => {
    await open(`figures/${yesterday}/${yesterday}`);
    await row('open').first().waitFor();
    expect(await seen(row('open').first())).toMatch(/100\.0 %\s+24:00:00/);
    const leaves = await page.locator('.tree-table tr:has(.swatch)').allInnerTexts();
    const tenths = leaves.map((l) => Math.round(Number(/([\d.]+) %/.exec(l)![1]) * 10));
    expect(tenths.reduce((a, b) => a + b, 0)).toBe(1_000);
    const seconds = leaves.map((l) => /(\d+):(\d\d):(\d\d)$/.exec(l.trim())!.slice(1).map(Number));
    expect(seconds.reduce((n, [h, m, s]) => n + h! * 3_600 + m! * 60 + s!, 0)).toBe(86_400);
    expect(seat.errors).toEqual([]);
    await expectAccessible(page);
  });

  test('names each ratio in full, gives a range below 95 % coverage, and says what cannot be computed', async () => {
    await open(`figures/${yesterday}/${yesterday}/bay-2`);
    await ratio('timeUtil').waitFor();
    expect(await seen(ratio('timeUtil'))).toMatch(/Occupied share \(占用率\)\s+87\.5 – 100 %[\s\S]*Only 87\.5 %/);
    expect(await seen(ratio('billedUtil'))).toMatch(/Sold share \(产出率\)\s+—\s+Cannot be computed/);
    expect(await seen(ratio('facilityUtil'))).toContain('labour sales and labour rate are not known here');
    expect(await seen(page.locator('body'))).not.toContain('工位利用率');
  });

  test('the ratio that needs sales and rate is asked for them, and computed where the ledger is', async () => {
    await open(`figures/${yesterday}/${yesterday}`);
    await ratio('facilityUtil').getByLabel('Labour sales of these days').fill('3000');
    await ratio('facilityUtil').getByLabel('Labour rate an hour').fill('250');
    await page.keyboard.press('Enter');
    // 12 labour hours on 24 open bay-hours.
    await ratio('facilityUtil').getByText('50.0 %').waitFor();
    await expectAccessible(page);
  });

  test('is told of one bay, of a part of the day, and of several days', async () => {
    await open(`figures/${yesterday}/${yesterday}`);
    await page.getByRole('button', { name: '四轮定位' }).click();
    await expect.poll(() => seen(row('blocked'))).toMatch(/25\.0 %\s+2:00:00/);
    await page.getByLabel('Part of the day').click();
    await page.getByText('08:00 – 12:00').click();
    await expect.poll(() => seen(row('blocked'))).toMatch(/50\.0 %\s+2:00:00/);
    await page.getByText('7 days').click();
    await page.getByRole('heading', { name: 'Day by day' }).waitFor();
    await expectAccessible(page);
  });

  test('is downloaded as a table, and the day with it', async () => {
    await open(`figures/${yesterday}/${yesterday}`);
    const [tree] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(tree.suggestedFilename()).toBe(`loss-tree-${yesterday}-${yesterday}.csv`);
    await page.getByText('Day', { exact: true }).first().click();
    await piece('bay-1', '08:20').waitFor();
    const [day] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const text = await readFile((await day.path())!, 'utf8');
    expect(text).toContain(`bay-1,一号举升机,${new Date(startOf(yesterday) + 30_000_000).toISOString()}`);
    expect(text).toContain('camera 3 号工位摄像机 present');
  });

  test.each([
    { width: 390, height: 844, touch: true, locale: 'en' as const },
    { width: 1920, height: 1080, dark: true, locale: 'zh-CN' as const },
  ])('is whole and accessible on a screen of $width px', async (screen) => {
    await take(screen);
    await open(`figures/${yesterday}/${yesterday}`);
    await row('open').first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(seat.errors).toEqual([]);
  });
});
