import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayNumbers } from '../../protocols/api/console.ts';
import { fakeConsoleApi, SETUP_TOKEN } from '../tools/fake-console-api.ts';
import type { FakeServer } from '../tools/fake-http.ts';
import { busyWorkshop, emptyWorkshop, type FakeWorkshop, MANAGER, NUMBERS } from '../tools/fake-workshop.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Seat,
  type SeatOptions,
  seen,
  setDesk,
  signIn,
  typeAsScanner,
} from './desk.ts';

const desk = setDesk('console');
let workshop: FakeWorkshop;
let api: FakeServer;
let seat: Seat;
let page: Page;

beforeEach(async () => {
  workshop = busyWorkshop(Date.now());
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

const enter = (at = '') => signIn(page, `${api.url}/console/${at}`);

const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();

describe('the door', { timeout: 120_000 }, () => {
  test('a wrong password is said in words, and lets nobody in', async () => {
    await page.goto(`${api.url}/console/`);
    await page.locator('input[type=email]').fill(MANAGER.email);
    await page.locator('input[type=password]').fill('not-the-password');
    await page.locator('button[type=submit]').click();
    await shows('This e-mail and password do not fit together');
    expect(await page.locator('.shell').count()).toBe(0);
    await expectAccessible(page);
  });

  test('the right password leads to the alerts, and signing out leads back', async () => {
    await enter();
    await page.getByRole('heading', { name: 'Alerts' }).waitFor();
    await page.getByRole('button', { name: 'Account and display' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(seat.errors).toEqual([]);
  });

  test('the set-up link makes the first manager and leaves the address', async () => {
    await page.goto(`${api.url}/console/#token=${SETUP_TOKEN}`);
    await page.getByLabel('Your name').fill('周敏');
    await page.getByLabel('E-mail').fill('zhou@example.com');
    await page.getByLabel('Password').fill('a-new-long-password');
    await page.getByRole('button', { name: 'Make the first manager' }).click();
    await page.getByRole('heading', { name: 'Alerts' }).waitFor();
    expect(page.url()).not.toContain('token');
    expect(workshop.people.at(-1)?.name).toBe('周敏');
  });

  test('a set-up link that was used says so and offers to sign in', async () => {
    await page.goto(`${api.url}/console/#token=a-token-that-was-used-before`);
    await page.getByLabel('Your name').fill('周敏');
    await page.getByLabel('E-mail').fill('zhou@example.com');
    await page.getByLabel('Password').fill('a-new-long-password');
    await page.getByRole('button', { name: 'Make the first manager' }).click();
    await shows('This link was used before');
    await page.getByRole('button', { name: 'Sign in instead' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('a session that ends while somebody works leads to the door', async () => {
    await enter();
    await seat.page.context().clearCookies();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('a scanner at the desk', { timeout: 120_000 }, () => {
  test('opens the car whose VIN it reads, from any page', async () => {
    await enter('#/orders');
    await page.locator('.shell-main h1').first().waitFor();
    await typeAsScanner(page, 'LSVAM4187C2184841');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/vehicles/LSVAM4187C2184841');
  });
});

describe('alerts', { timeout: 120_000 }, () => {
  test('the gravest stands first, with its gravity as a word and a shape', async () => {
    await enter();
    const rows = page.locator('[data-alert]');
    await rows.first().waitFor();
    expect(await rows.evaluateAll((all) => all.map((r) => r.getAttribute('data-severity')))).toEqual([
      'severe',
      'warning',
      'warning',
      'info',
    ]);
    expect(await seen(rows.first())).toMatch(/Severe[\s\S]*Severe trouble code[\s\S]*P0217, P0300/);
    expect(await rows.first().locator('svg').count()).toBeGreaterThan(0);
    await expectAccessible(page);
  });

  test('acknowledging one says who saw it, and takes it out of those to be seen', async () => {
    await enter();
    const row = page.locator('[data-alert=a-code]');
    await row.getByRole('button', { name: 'Acknowledge' }).click();
    await row.getByText('Seen by 陈静').waitFor();
    expect(workshop.alerts.find((a) => a.id === 'a-code')?.acknowledgedBy).toBe('陈静');
    await page.getByText('To be seen').click();
    await page.locator('[data-alert=a-stay]').waitFor();
    expect(await row.count()).toBe(0);
  });

  test('a new alert appears by itself', async () => {
    workshop.alerts = [];
    await enter();
    await shows('Nothing needs you.');
    workshop.alerts = busyWorkshop(Date.now()).alerts;
    await page.locator('[data-alert=a-code]').waitFor();
  });

  test('when the cloud falls silent the list stays, says its age, and recovers', async () => {
    await enter();
    await page.locator('[data-alert=a-code]').waitFor();
    api.down = true;
    await shows(/The cloud does not answer\. This is what it said at \d\d:\d\d\./);
    expect(await page.locator('[data-alert=a-code]').count()).toBe(1);
    await page.locator('[data-alert=a-code]').getByRole('button', { name: 'Acknowledge' }).click();
    await shows('The cloud does not answer. Nothing was changed.');
    api.down = false;
    await page.getByText(/This is what it said at/).waitFor({ state: 'detached' });
  });

  test('a cloud that does not answer at the start is said, and can be tried again', async () => {
    api.down = true;
    await page.goto(`${api.url}/console/`);
    await shows('The cloud does not answer.');
    api.down = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('vehicles', { timeout: 120_000 }, () => {
  test('a search finds a car by its plate, and a long list comes in pages', async () => {
    await enter('#/vehicles');
    await page.getByText('Passat').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(20);
    await page.getByRole('button', { name: 'Next' }).click();
    await shows('Page 2');
    await page.getByRole('searchbox', { name: 'Search vehicles' }).fill('77H30');
    await page.getByRole('link', { name: 'Dongfeng Honda CR-V' }).waitFor();
    await page.getByText('Passat').first().waitFor({ state: 'detached' });
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Search vehicles' }).fill('nothing like it');
    await shows('No car fits “nothing like it”.');
  });

  test('what is not known is a dash and a word, never a nought', async () => {
    await enter('#/vehicles');
    const row = page.locator('tr', { hasText: 'Tucson' });
    await row.waitFor();
    expect(await row.getByText('not known').count()).toBeGreaterThan(0);
    await page.goto(`${api.url}/console/#/vehicles/LSVAM4187C2184841`);
    const fuel = page.locator('.readings tr', { hasText: 'Fuel level' });
    await fuel.waitFor();
    expect(await seen(fuel)).toMatch(/—/);
    expect(await seen(fuel)).not.toMatch(/\b0 ?%/);
  });

  test('the story shows a flag as a plot with its evidence, confidence and due window in words', async () => {
    await enter('#/vehicles/LSVAM4187C2184841');
    const flag = page.locator('[data-flag=battery]');
    await flag.locator('.plot svg').waitFor();
    const text = await seen(flag);
    expect(text).toMatch(/34 values from .* newest 10 V/);
    expect(text).toMatch(/Watch from 10\.2 V, act at 9\.6 V/);
    expect(text).toMatch(/86 %/);
    expect(text).toMatch(/with 90 % certainty between/);
    expect(text).toMatch(/Outside temperature not known/);
    expect(text).toMatch(/watch 10\.2/);
    expect(await flag.locator('.plot').getAttribute('aria-label')).toMatch(/Battery: 34 values, newest 10 V/);
    expect(await seen(page.locator('[data-flag=warm-up]'))).toMatch(/No due date/);
    expect(await seen(page.locator('.day').first())).toMatch(/P0128/);
    await expectAccessible(page);
    expect(seat.errors).toEqual([]);
  });

  test('a flag that is still learning claims nothing', async () => {
    await enter('#/vehicles/LFV2A2156K3033127');
    const flag = page.locator('[data-flag=battery]');
    await flag.getByText('Learning, 0 of 8').waitFor();
    await flag.getByRole('button').first().click();
    await flag.getByText('Confidence').waitFor();
    expect(await seen(flag)).toMatch(/not known: too little was measured/);
    expect(await flag.locator('.plot').count()).toBe(0);
  });

  test('a car that is not there is said in words', async () => {
    await enter('#/vehicles/LSVAM4187C2184842');
    await shows('It is no longer there.');
  });
});

describe('work orders', { timeout: 120_000 }, () => {
  test('an order is created, moves only where it may, and can be put on hold', async () => {
    await enter('#/orders');
    await page.getByRole('button', { name: 'New work order' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('VIN').fill('LSVAM41');
    await dialog.getByLabel('Job').fill('brake fluid');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('17 characters without I, O and Q.').waitFor();
    await dialog.getByLabel('VIN').fill('lsvam4187c2184841');
    await dialog.getByLabel('Promised').fill('2031-05-06T16:30');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'hidden' });

    const made = workshop.orders[0]!;
    expect(made).toMatchObject({ vin: 'LSVAM4187C2184841', job: 'brake fluid', state: 'expected' });
    // Half past four in Shanghai, whatever the zone of the browser.
    expect(made.promisedAt).toBe(Date.parse('2031-05-06T08:30:00Z'));

    await page
      .locator(`[data-state=expected] [data-order=${made.order}]`)
      .getByRole('button', { name: 'Check in' })
      .click();
    const card = page.locator(`[data-state=checked-in] [data-order=${made.order}]`);
    await card.getByRole('button', { name: `Move ${made.order}` }).click();
    const menu = page.getByRole('menu');
    await menu.waitFor();
    expect(
      (await seen(menu))
        .split('\n')
        .map((l) => l.trim())
        .filter(Boolean),
    ).toEqual(['Change', 'Start work', 'Cancel the order']);
    await menu.getByText('Change').click();
    await page.getByRole('combobox', { name: 'Hold' }).click();
    await page.getByTitle('Parts').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Parts').waitFor();
    expect(workshop.orders.find((o) => o.order === made.order)).toMatchObject({ state: 'checked-in', hold: 'parts' });
  });

  test('closing one asks what was repaired; the words of the job are a proposal', async () => {
    await enter('#/orders');
    await page.locator('[data-order=WO-1040]').getByRole('button', { name: 'Close' }).click();
    const dialog = page.getByRole('dialog');
    const brakes = dialog.getByRole('checkbox', { name: /Brake pads/ });
    await brakes.waitFor();
    // 更换前刹车片
    expect(await brakes.isChecked()).toBe(true);
    await dialog.getByText('1 part repaired').waitFor();
    await dialog.getByRole('checkbox', { name: /^Battery/ }).check();
    await dialog.getByText('2 parts repaired').waitFor();
    await expectAccessible(page);
    await brakes.uncheck();
    await dialog.locator('.ant-modal-footer').getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const done = workshop.orders.find((o) => o.order === 'WO-1040');
    expect(done).toMatchObject({ state: 'closed', repaired: ['battery'] });
  });

  test('a promise that has passed is marked late', async () => {
    await enter('#/orders');
    await page.locator('[data-order=WO-1042]').getByText('late').waitFor();
    expect(await page.locator('[data-order=WO-1041]').getByText('late').count()).toBe(0);
  });

  test('the table lists the same orders', async () => {
    await enter('#/orders');
    await page.getByText('Table').click();
    await page.locator('tr', { hasText: 'WO-1040' }).waitFor();
    await expectAccessible(page);
  });
});

describe('notices', { timeout: 120_000 }, () => {
  test('a proposed notice is read and approved, then waits for the quiet hours to end', async () => {
    await enter('#/notices');
    const notice = page.locator('[data-notice=n-1]');
    await notice.getByText('根据最近 14 次启动的电压').waitFor();
    await notice.getByRole('button', { name: 'Approve and send' }).click();
    await notice.getByText(/Goes out .* after the quiet hours/).waitFor();
    expect(workshop.notices.find((n) => n.id === 'n-1')?.state).toBe('approved');
    await expectAccessible(page);
  });

  test('a blocked notice says why and cannot be approved', async () => {
    await enter('#/notices');
    const notice = page.locator('[data-notice=n-2]');
    await notice.getByText('The customer has not agreed to be told of predicted maintenance.').waitFor();
    expect(await notice.getByRole('button', { name: 'Approve and send' }).count()).toBe(0);
  });

  test('dismissing asks for a reason and keeps it', async () => {
    await enter('#/notices');
    await page.locator('[data-notice=n-1]').getByRole('button', { name: 'Dismiss' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('battery replaced yesterday');
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('[data-notice=n-1]').getByText('Reason: battery replaced yesterday').waitFor();
  });

  test('an approval that the cloud refuses is said beside its button', async () => {
    await enter('#/notices');
    const notice = page.locator('[data-notice=n-1]');
    const approve = notice.getByRole('button', { name: 'Approve and send' });
    await approve.waitFor();
    workshop.notices = workshop.notices.map((n) => (n.id === 'n-1' ? { ...n, state: 'expired' as const } : n));
    await approve.click();
    await notice.getByText(/It clashes with what is stored/).waitFor();
  });

  test('the mailbox shows what was really sent, and is not offered where there is none', async () => {
    await enter('#/notices');
    await page.getByText('Mailbox').click();
    await page.locator('[data-mail=m-1]').getByText('li.na@example.com').waitFor();
    workshop.mailbox = null;
    await page.reload();
    await page.locator('[data-notice=n-1]').waitFor();
    expect(await page.getByText('Mailbox').count()).toBe(0);
  });
});

describe('customers and gateways', { timeout: 120_000 }, () => {
  test('consent is given with its source', async () => {
    await enter('#/customers');
    await page.getByRole('switch', { name: 'Record the consent of 李娜' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('How was it given?').fill('signed form');
    await dialog.getByRole('button', { name: 'Record' }).click();
    await page.getByRole('switch', { name: 'Withdraw the consent of 李娜' }).waitFor();
    expect(workshop.customers.find((c) => c.name === '李娜')?.consent).toMatchObject({
      maintenance: true,
      source: 'signed form',
    });
    await expectAccessible(page);
  });

  test('a customer is created with a car', async () => {
    await enter('#/customers');
    await page.getByRole('button', { name: 'New customer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('赵强');
    await dialog.getByLabel('Cars (VIN)').fill('LVHRU1881P5014466');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.locator('tr', { hasText: '赵强' }).waitFor();
    expect(workshop.customers[0]).toMatchObject({ name: '赵强', email: null, vins: ['LVHRU1881P5014466'] });
  });

  test('the credential of a gateway is shown once', async () => {
    await enter('#/gateways');
    await page.getByRole('button', { name: 'Let a gateway in' }).click();
    await page.getByRole('dialog').getByLabel('Gateway').fill('gw-2');
    await page.getByRole('button', { name: 'Create the credential' }).click();
    await shows('The credential of gw-2');
    const credential = await seen(page.locator('.credential'));
    expect(credential.length).toBeGreaterThan(20);
    await page.locator('.ant-modal-footer').getByRole('button', { name: 'Close' }).click();
    await page.locator('tr', { hasText: 'gw-2' }).waitFor();
    await page.locator('.credential').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(credential);
  });

  test('revoking asks first, then shows it', async () => {
    await enter('#/gateways');
    await page.locator('tr', { hasText: 'gw-1' }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page
      .locator('tr', { hasText: 'gw-1' })
      .getByText(/Revoked/)
      .waitFor();
  });

  test('an advisor does not see the gateways', async () => {
    workshop.people = [{ ...MANAGER, role: 'advisor' }];
    await enter('#/gateways');
    await page.getByRole('heading', { name: 'Alerts' }).waitFor();
    expect(await page.getByRole('link', { name: 'Gateways' }).count()).toBe(0);
  });
});

describe('languages, themes and sizes', { timeout: 240_000 }, () => {
  const PAGES = [
    'alerts',
    'vehicles',
    'vehicles/LSVAM4187C2184841',
    'orders',
    'notices',
    'customers',
    'safe',
    'gateways',
  ];

  test.each([
    ['zh-CN', true, 390, 844],
    ['en', false, 390, 844],
    ['zh-CN', false, 1920, 1080],
  ] as const)('in %s (dark: %s) at %i × %i each page fits and is accessible', async (locale, dark, width, height) => {
    await take({ locale, dark, width, height });
    await enter();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    for (const at of PAGES) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${at}`);
      await page.locator('main h1').waitFor();
      await page.locator('.wait').waitFor({ state: 'detached' });
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
    expect(seat.errors).toEqual([]);
  });

  test('the language changes at once and is remembered', async () => {
    await enter();
    await page.getByRole('button', { name: 'Account and display' }).click();
    await page.getByText('中文').click();
    await page.getByRole('heading', { name: '提醒' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.reload();
    await page.getByRole('heading', { name: '提醒' }).waitFor();
  });

  test('a workshop without data says on each page what comes next', async () => {
    Object.assign(workshop, emptyWorkshop(Date.now()));
    await enter();
    await shows('Nothing needs you.');
    const says = { vehicles: 'No car was here yet.', orders: 'No open work order.', notices: 'No notice is waiting.' };
    for (const [at, text] of Object.entries({
      ...says,
      customers: 'No customer yet.',
      gateways: 'No gateway was let in yet.',
    })) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${at}`);
      await shows(text);
    }
  });

  test('until somebody chooses, the language is that of the person', async () => {
    await take({ locale: 'unchosen' });
    await enter();
    await page.locator('html[lang=zh-CN]').waitFor();
  });
});

describe('is my data safe?', { timeout: 120_000 }, () => {
  const told = (change: Partial<GatewayNumbers>) => {
    const [first] = workshop.sites;
    const gateway = { ...first!.gateways[0]!, numbers: { ...NUMBERS, ...change } };
    workshop.sites = [{ ...first!, gateways: [gateway] }];
    workshop.gateways = workshop.gateways.map((g) => (g.gateway === 'gw-1' ? { ...g, numbers: gateway.numbers } : g));
  };
  const at = Date.now() - 60_000;

  test.each([
    [{}, 'yes', /The newest took 0\.3 s from the workshop to here/],
    [{ queued: 12, oldestMs: 90_000 }, 'onTheWay', /12 records waited on site .* the oldest 1 min old/],
    [{ dead: 2 }, 'refused', /2 records were refused here/],
    [{ skewMs: -75_000, skewed: true }, 'yes', /Its clock is 1 min slow/],
    [{ twin: true, twinAt: at }, 'twin', /A second gateway runs under its identity, last noticed \d\d:\d\d/],
    [
      { lost: [{ class: 'telemetry', reason: 'budget', count: 4_200, lastAt: at }] },
      'lost',
      /4,200 records had to be dropped and are gone, last \d\d:\d\d: live values 4,200/,
    ],
  ] as const)('%o is %s', async (change, verdict, text) => {
    told(change as Partial<GatewayNumbers>);
    await enter('#/safe');
    await shows(text);
    expect(await page.locator('[data-verdict]').getAttribute('data-verdict')).toBe(verdict);
    await expectAccessible(page);
  });

  test('the same for whoever looks after gateways, as a row', async () => {
    const lost = [{ class: 'telemetry', reason: 'budget', count: 42, lastAt: at }];
    told({ ...{ queued: 12, oldestMs: 90_000, skewMs: 3_100, skewed: true, twin: true, twinAt: at }, lost, dead: 1 });
    await enter('#/gateways');
    const row = await seen(page.locator('tr', { hasText: 'gw-1' }));
    expect(row).toMatch(
      /Runs twice.*12 · oldest 1 min.*0\.3 s.*3 s fast.*48,213 \(23 twice\).*42 dropped · 1 refused/s,
    );
    await take({ width: 390, height: 844, locale: 'zh-CN' });
    await enter('#/gateways');
    await shows('重复运行');
    await expectNoSidewaysScroll(page);
  });
});
