import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FLAGS } from '../../protocols/health/flag.ts';
import { fakeConsoleApi } from '../tools/fake-console-api.ts';
import type { FakeServer } from '../tools/fake-http.ts';
import { busyWorkshop, emptyWorkshop, type FakeWorkshop } from '../tools/fake-workshop.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Seat,
  type SeatOptions,
  seen,
  setDesk,
  signIn,
} from './desk.ts';

const CAR = '#/vehicles/LSVAM4187C2184841';
const desk = setDesk('console');
let workshop: FakeWorkshop;
let api: FakeServer;
let seat: Seat;
let page: Page;

beforeEach(async () => {
  workshop = busyWorkshop(Date.now());
  api = await fakeConsoleApi(workshop, desk.folder);
});
afterEach(async () => {
  await desk.leave();
  await api.close();
});

async function open(at: string, options: SeatOptions = {}): Promise<void> {
  seat = await desk.sit(options);
  page = seat.page;
  await signIn(page, `${api.url}/console/${at}`);
}

describe('the health of a car', { timeout: 120_000 }, () => {
  test('lists all that is watched, the troubled first, and calls nothing healthy that was never told', async () => {
    await open(CAR);
    const rows = page.locator('[data-flag]');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(FLAGS.length);
    expect(await rows.evaluateAll((all) => all.slice(0, 2).map((r) => r.getAttribute('data-flag')))).toEqual([
      'battery',
      'warm-up',
    ]);
    const text = await seen(page.locator('.health'));
    expect(text).not.toContain('Healthy\n');
    expect(await seen(page.locator('[data-flag=brakes]'))).toMatch(/Brake pads\s+Not available/);
    expect(await seen(page.locator('.code-lives'))).toMatch(/P0128\s+stored[\s\S]*came back[\s\S]*P0171\s+gone/);
    await expectAccessible(page);
    expect(seat.errors).toEqual([]);
  });

  test('a flag shows its baseline, limits with their source, repairs, numbers and conditions', async () => {
    await open(CAR);
    const flag = page.locator('[data-flag=battery]');
    await flag.locator('.plot svg').waitFor();
    const text = await seen(flag);
    expect(text).toMatch(/baseline 11\.1/);
    expect(text).toMatch(/from the book/);
    expect(text).toMatch(/likely 780; between 410 and 1,240/);
    expect(text).toMatch(/Lowest voltage at start: 10\.02 V/);
    expect(text).toMatch(/Engine start seen: met, 34×/);
    expect(text).toMatch(/Start with a known temperature: not met/);
    expect(text).toMatch(/It rests well and dips deep/);
    expect(text).toMatch(/by a work order/);
  });

  test('the customer’s text is seen in both languages before anybody sends it', async () => {
    await open(CAR);
    const flag = page.locator('[data-flag=battery]');
    await flag.getByText('To the customer').click();
    await flag.getByText('中文').click();
    await flag.getByText(/蓄电池在启动时比以前吃力/).waitFor();
    await expectAccessible(page);
  });

  test('is acknowledged by one touch; a dismissal asks for its reason and keeps it', async () => {
    await open(CAR);
    const life = page.locator('[data-flag=battery] .life');
    await life.getByRole('button', { name: 'Acknowledge' }).click();
    await life.getByText(/Acknowledged since/).waitFor();
    await life.getByRole('button', { name: 'Dismiss' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.locator('.ant-form-item-explain-error').waitFor();
    await dialog.getByLabel('Reason').fill('tested, 620 A');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('[data-flag=battery]').getByText('tested, 620 A').waitFor();
    await life.getByRole('button', { name: 'Open again' }).waitFor();
    expect(seat.errors).toEqual([]);
  });
});

describe('the week', { timeout: 120_000 }, () => {
  test('names each car with every reason, hides the number until it is needed, and not for those who have not agreed', async () => {
    await open('#/week');
    const call = page.locator('[data-call=LSVAM4187C2184841]');
    await call.waitFor();
    const text = await seen(call);
    expect(text).toMatch(/Misfire[\s\S]*Battery/);
    expect(text).toMatch(/about 780 km/);
    expect(text).toMatch(/1 of 4 places taken/);
    expect(text).toContain('138••••5678');
    await call.getByRole('button', { name: 'Show how to reach' }).click();
    await call.getByText('13800135678').waitFor();
    const other = page.locator('[data-call=LFV2A2156K3033127]');
    expect(await seen(other)).toMatch(/Has not agreed/);
    expect(await other.getByRole('button', { name: 'Show how to reach' }).count()).toBe(0);
    await expectAccessible(page);
    expect(seat.errors).toEqual([]);
  });

  test('books the suggested time, and the car leaves the list', async () => {
    await open('#/week');
    const call = page.locator('[data-call=LSVAM4187C2184841]');
    await call.getByRole('button', { name: 'Book' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Book' }).click();
    await call.waitFor({ state: 'detached' });
  });

  test('lists parts by week in the language shown, and how right the flags were with n', async () => {
    await open('#/week', { locale: 'zh-CN', dark: true });
    await page.getByText('备件', { exact: true }).click();
    await page.getByText('火花塞').waitFor();
    await expectAccessible(page);
    await page.getByText('准确度').click();
    await page.getByText(/86 %（49–97 %，n = 7）/).waitFor();
    await page.getByText('未知，n = 0').waitFor();
    await expectAccessible(page);
    expect(seat.errors).toEqual([]);
  });

  test('says that nobody has to be called', async () => {
    workshop.flags = emptyWorkshop(Date.now()).flags;
    await open('#/week');
    await page.getByText('Nobody has to be called this week.').waitFor();
    await expectAccessible(page);
  });

  test('keeps its list while the cloud does not answer, and says how old it is', async () => {
    await open('#/week');
    await page.locator('[data-call]').first().waitFor();
    api.down = true;
    await page.getByText(/This is what it said at/).waitFor();
    expect(await page.locator('[data-call]').count()).toBe(2);
    await expectAccessible(page);
  });

  test.each(['zh-CN', 'en'] as const)('fits a phone in %s, as the health of a car does', async (locale) => {
    await open('#/week', { locale, width: 390, height: 844, touch: true });
    await page.locator('[data-call]').first().waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.goto(`${api.url}/console/${CAR}`);
    await page.locator('[data-flag=battery] .plot svg').waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
});
