import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SiteDeadLetter, SiteStatus } from '../../protocols/api/site.ts';
import type { FakeServer } from '../tools/fake-http.ts';
import { busyLedger, dateOf, startOf } from '../tools/fake-ledger.ts';
import { type FakeSite, fakeSiteApi, SCREEN_CODE, SITE_PASSWORD, SITE_TOKEN } from '../tools/fake-site-api.ts';
import { siteFlags } from '../tools/fake-site-flags.ts';
import { siteStatus } from '../tools/fake-workshop.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Seat,
  type SeatOptions,
  seen,
  setDesk,
  typeAsScanner,
} from './desk.ts';

const desk = setDesk('site');
let site: FakeSite;
let api: FakeServer;
let seat: Seat;
let page: Page;

beforeEach(async () => {
  const now = Date.now();
  const wall = { screen: 's-1', name: 'Wall by the gate', pairedAt: now, expiresAt: now + 9e9, lastSeenAt: now };
  const flags = siteFlags(now);
  site = { status: () => siteStatus(Date.now()), needsSetUp: false, screens: [wall], ledger: busyLedger(now), flags };
  api = await fakeSiteApi(site, desk.folder);
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

async function signIn(): Promise<void> {
  await page.goto(`${api.url}/site/`);
  await page.locator('input[type=password]').fill(SITE_PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('.site').waitFor();
}

type Outbox = SiteStatus['outbox'];
type Change = Partial<Omit<Outbox, 'droppedBy'>> & { readonly droppedBy?: readonly Outbox['droppedBy'][number][] };
function outbox({ droppedBy, ...change }: Change): void {
  site.status = () => {
    const status = siteStatus(Date.now());
    return { ...status, outbox: { ...status.outbox, ...change, droppedBy: [...(droppedBy ?? [])] } };
  };
}

const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();

describe('the door', { timeout: 120_000 }, () => {
  test('a wrong password is said in words', async () => {
    await page.goto(`${api.url}/site/`);
    await page.locator('input[type=password]').fill('not-it');
    await page.locator('button[type=submit]').click();
    await shows('This password is not right.');
    await expectAccessible(page);
  });

  test('the set-up link sets the password once and leaves the address', async () => {
    site.needsSetUp = true;
    await page.goto(`${api.url}/site/#token=${SITE_TOKEN}`);
    await page.locator('input[type=password]').fill('a-new-long-password');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.locator('.site').waitFor();
    expect(page.url()).not.toContain('token');
  });

  test('a gateway without a password says where to find the link', async () => {
    site.needsSetUp = true;
    await page.goto(`${api.url}/site/`);
    await shows('Open the set-up link that it printed');
  });
});

describe('devices', { timeout: 120_000 }, () => {
  test('each shows its state as a word and a shape, and those in trouble come first with what to do', async () => {
    await signIn();
    const states = await page
      .locator('[data-device]')
      .evaluateAll((all) => all.map((d) => d.getAttribute('data-state')));
    expect(states).toEqual(['backoff', 'stale', 'offline', 'online', 'online']);
    const camera = await seen(page.locator('[data-device=cam-3]'));
    expect(camera).toMatch(/Retrying/);
    expect(camera).toMatch(/Wrong password/);
    expect(camera).toMatch(/Correct its user or password in the configuration/);
    expect(camera).toMatch(/not heard since the start/);
    // The bay by the name that people know it by.
    expect(await seen(page.locator('[data-device=obd-1]'))).toMatch(/Bay: 一号举升机/);
    expect(await seen(page.locator('[data-device=obd-1]'))).toMatch(/Engine speed\s*812\.25\s*rpm/);
    await shows('wican-7f2a');
    await expectAccessible(page);
    expect(seat.errors).toEqual([]);
  });

  test('an age goes on counting between two answers', async () => {
    const frozen = siteStatus(Date.now());
    const lift = frozen.devices.map((d) => (d.device === 'lift-2' ? { ...d, ageMs: 57_000 } : d));
    site.status = () => ({ ...frozen, devices: lift });
    await signIn();
    await page
      .locator('[data-device=lift-2]')
      .getByText(/heard 57 s ago/)
      .waitFor();
    api.down = true;
    await page
      .locator('[data-device=lift-2]')
      .getByText(/heard 1 min ago/)
      .waitFor();
  });

  test('a gateway that falls silent is said, what it said looks old, and the page recovers', async () => {
    await signIn();
    api.down = true;
    await shows(/The gateway does not answer\. This is what it said at \d\d:\d\d:\d\d/);
    await page.locator('.site-old [data-device=obd-1]').waitFor();
    await page.locator('#scan').fill('LSVAM4187C2184841');
    await page.keyboard.press('Enter');
    await shows('The gateway does not answer. Check that it has power');
    api.down = false;
    await page.locator('.site-old').waitFor({ state: 'detached' });
  });
});

describe('is my data safe?', { timeout: 120_000 }, () => {
  test('a cut line: what is safe, and what waits here', async () => {
    await signIn();
    await shows(/Everything up to \d\d:\d\d:\d\d is safe in the cloud\./);
    await shows('12 records wait here.');
    await shows('Nothing is lost.');
    expect(await page.locator('.safe').getAttribute('data-verdict')).toBe('waits');
  });

  test.each([
    [{ cloud: 'reached', queued: 0, oldestAt: null }, 'yes', 'Everything is safe in the cloud.'],
    [{ cloud: 'reached', queued: 1 }, 'onTheWay', '1 record is on its way.'],
    [{ cloud: 'none' }, 'alone', 'No cloud is configured. Everything is kept here, on this gateway.'],
    [{ cloud: 'denied' }, 'refused', /The cloud refuses this gateway\./],
    [{ acknowledged: 0 }, 'waits', 'Nothing has reached the cloud yet.'],
    [{ dropped: 3 }, 'dropped', /3 records had to be dropped for want of room\./],
    [
      { dropped: 3, droppedBy: [{ class: 'telemetry', reason: 'budget', count: 3 }] },
      'dropped',
      /for want of room\. \(live values: 3\)/,
    ],
    [{ cloud: 'twin' }, 'twin', /Another gateway runs under the identity of this one/],
    [{ cloud: 'reached', queued: 0, oldestAt: null, dead: 2 }, 'refused', 'Everything else is safe in the cloud.'],
  ] as const)('%o is %s', async (change, verdict, text) => {
    outbox(change);
    await signIn();
    await shows(text);
    expect(await page.locator('.safe').getAttribute('data-verdict')).toBe(verdict);
    if (verdict === 'dropped') expect(await page.getByText('Nothing is lost.').count()).toBe(0);
  });

  test('a clock that is off is said, and which way', async () => {
    site.status = () => ({ ...siteStatus(Date.now()), clock: { quality: 'off', offsetMs: -75_000 } });
    await signIn();
    await shows('The clock of this gateway is 1 min slow.');
  });

  const letters = (): SiteDeadLetter[] => [
    {
      ...{ id: 'e1-812', verdict: 'rejected', reason: 'type "liftgate.bay.lift.v2" is not known', at: Date.now() },
      event: {
        type: 'liftgate.bay.lift.v1',
        subject: 'bay/1',
        time: Date.now() - 60_000,
        data: { bay: '1', raised: true },
      },
    },
    { id: 'e1-31', verdict: 'oversize', reason: null, at: Date.now(), event: null },
  ];
  const withDead = () => {
    site.dead = letters();
    site.status = () => {
      const status = siteStatus(Date.now());
      return { ...status, outbox: { ...status.outbox, cloud: 'reached', dead: site.dead?.length ?? 0 } };
    };
  };

  test('what the cloud refused stands there with the reason and what to do, and can be sent again', async () => {
    withDead();
    await signIn();
    await shows('2 records were refused by the cloud; they stand below, with the reason.');
    const refused = page.locator('[data-dead=e1-812]');
    expect(await seen(refused)).toMatch(/Lift.*e1-812.*does not understand it.*lift\.v2/s);
    await refused.getByText('The record').click();
    await refused.getByText('"raised": true').waitFor();
    const gone = page.locator('[data-dead=e1-31]');
    await gone.getByText('no longer kept').waitFor();
    expect(await gone.getByRole('button').count()).toBe(0);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await refused.getByRole('button', { name: 'Send again' }).click();
    await shows('1 record goes up again.');
    await refused.waitFor({ state: 'detached' });
  });

  test('what the cloud refused, on a phone and in Chinese', async () => {
    withDead();
    await take({ locale: 'zh-CN', width: 390, height: 844 });
    await signIn();
    await shows('云端无法识别此记录');
    await expectNoSidewaysScroll(page);
  });

  test('the same in Chinese', async () => {
    await take({ locale: 'zh-CN' });
    await signIn();
    await shows(/\d\d:\d\d:\d\d 之前的数据都已安全保存在云端。/);
    await shows('12 条记录在此等待。');
  });
});

describe('scan', { timeout: 120_000 }, () => {
  test('what a wedge types goes into the box, wherever the focus was, and shows the car', async () => {
    await signIn();
    await page.getByRole('button', { name: 'Revoke' }).focus();
    await page.keyboard.type('LSVAM4187C2184841');
    await page.keyboard.press('Enter');
    const reply = page.locator('[data-kind=vin]');
    await reply.waitFor();
    const text = await seen(reply);
    expect(text).toMatch(/LSVAM4187C2184841/);
    expect(text).toMatch(/SAIC Volkswagen/);
    expect(text).toMatch(/Check digit right/);
    expect(text).toMatch(/Trouble codes read P0128/);
    expect(await page.locator('#scan').inputValue()).toBe('');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('scan');
    await expectAccessible(page);
  });

  test('a scanner that types under an input method, into another field, is heard all the same', async () => {
    await signIn();
    const field = page.getByLabel('Name of the screen');
    await field.fill('Reception');
    await field.focus();
    await typeAsScanner(page, 'LSVAM4187C2184841');
    await page.locator('[data-kind=vin]').waitFor();
    expect(await field.inputValue()).toBe('Reception');
  });

  test('a scan can be taken back by a button', async () => {
    await signIn();
    await page.locator('#scan').fill('HOLD:parts');
    await page.keyboard.press('Enter');
    await page.locator('[data-kind=hold]').getByRole('button', { name: 'Take it back' }).click();
    await page.locator('[data-kind=undo]').getByText('Taken back').waitFor();
    await expectAccessible(page);
  });

  test('a label that is not understood is said, not guessed', async () => {
    await signIn();
    await page.locator('#scan').fill('???');
    await page.keyboard.press('Enter');
    await page.locator('[data-kind=unknown]').getByText('Not understood').waitFor();
  });
});

describe('screens', { timeout: 120_000 }, () => {
  test('a screen is let in by its code, in either case of letters, and revoked after asking', async () => {
    await signIn();
    await page.getByLabel('Code').fill(SCREEN_CODE.toLowerCase());
    await page.getByLabel('Name of the screen').fill('Reception');
    await page.getByRole('button', { name: 'Let it in' }).click();
    await shows('The screen “Reception” is let in.');
    const row = page.locator('[data-screen=s-2]');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
    expect(site.screens.map((s) => s.screen)).toEqual(['s-1']);
  });

  test('a code that no screen shows is said in words', async () => {
    await signIn();
    await page.getByLabel('Code').fill('AAAAAA');
    await page.getByLabel('Name of the screen').fill('Reception');
    await page.getByRole('button', { name: 'Let it in' }).click();
    await shows('No screen shows this code now.');
  });
});

describe('languages, themes and sizes', { timeout: 120_000 }, () => {
  test.each([
    ['zh-CN', true, 390, 844],
    ['en', false, 390, 844],
    ['zh-CN', false, 1920, 1080],
  ] as const)('in %s (dark: %s) at %i × %i the page fits and is accessible', async (locale, dark, width, height) => {
    await take({ locale, dark, width, height });
    await signIn();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });

  test('a gateway without devices says what to do', async () => {
    site.status = () => ({ ...siteStatus(Date.now()), devices: [], strangers: [] });
    await signIn();
    await shows('No device is configured.');
    expect(await page.getByText('Strangers').count()).toBe(0);
  });

  test('until somebody chooses, the language is that of the site', async () => {
    await take({ locale: 'unchosen' });
    await signIn();
    await page.locator('html[lang=zh-CN]').waitFor();
  });
});

describe('the bays', { timeout: 120_000 }, () => {
  test('are told and put right here without the cloud, with initials, and a car by its tail alone', async () => {
    const yesterday = dateOf(Date.now() - 86_400_000);
    await signIn();
    await page.goto(`${api.url}/site/#/bays/${yesterday}`);
    await page.locator(`[data-bay=bay-1] [data-from="${startOf(yesterday) + 30_000_000}"]`).click();
    const card = page.getByRole('dialog');
    expect(await seen(card)).toContain('…4841');
    expect(await seen(card)).not.toContain('LSVAM4187C2184841');
    await page.getByRole('button', { name: 'Put this right' }).click();
    await page.getByLabel('What it was').click();
    await page.locator('.ant-select-item-option').filter({ hasText: 'Blocked' }).first().click();
    await page.getByLabel('Why').fill('lift was serviced');
    await page.getByRole('button', { name: 'Keep this correction' }).click();
    await shows('Your initials are needed.');
    await page.getByLabel('Your initials').fill('LW');
    await page.getByRole('button', { name: 'Keep this correction' }).click();
    await page.locator('[data-correction=c-1]').waitFor();
    expect(site.ledger.corrections[0]).toMatchObject({ leaf: 'blocked', who: 'LW', why: 'lift was serviced' });
    await expectAccessible(page);
  });
});

describe('predictions on the site page', { timeout: 120_000 }, () => {
  const card = (flag: string) => page.locator(`[data-flag=${flag}]`);
  const open = async () => {
    await signIn();
    await page.goto(`${api.url}/site/#/flags`);
    await card('battery').waitFor();
  };

  test('the most urgent first, in words, with the car by its tail alone; what did not count is said', async () => {
    await open();
    const order = await page.locator('[data-flag]').evaluateAll((all) => all.map((d) => d.getAttribute('data-flag')));
    expect(order).toEqual(['battery', 'fuel-trim', 'brakes']);
    const text = await seen(card('battery'));
    expect(text).toMatch(/…4841/);
    expect(text).not.toContain(site.flags.items[0]!.vin);
    await card('fuel-trim').getByText('Readings and what was done').click();
    await card('fuel-trim')
      .getByText(/came late and does not count/)
      .waitFor();
    await card('fuel-trim')
      .getByText(/Newest value/)
      .waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });

  test('is dismissed with a reason and initials, booked, and opened again', async () => {
    await open();
    await card('battery').getByRole('button', { name: 'Dismiss' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('tested, 82 %');
    await dialog.getByLabel('Your initials').fill('LW');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await card('battery')
      .getByText(/Dismissed/)
      .first()
      .waitFor();
    expect(site.flags.done).toMatchObject([
      { act: 'dismiss', reason: 'tested, 82 %', outcome: 'found-fine', who: 'LW', flag: 'battery' },
    ]);
    await card('battery').getByRole('button', { name: 'Open again' }).click();
    // Who signed once in this tab need not sign again.
    await dialog.getByRole('button', { name: 'Open again' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await card('battery').getByRole('button', { name: 'Book' }).click();
    await dialog.getByLabel(/When/).fill('2026-12-01T09:30');
    await dialog.getByRole('button', { name: 'Book' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(site.flags.done.at(-1)).toMatchObject({
      act: 'book',
      appointment: { from: Date.parse('2026-12-01T01:30Z') },
    });
    expect(seat.errors).toEqual([]);
  });

  test('on a phone, in Chinese; and nothing to do is said as such', async () => {
    await take({ locale: 'zh-CN', width: 390, height: 844, touch: true, dark: true });
    await open();
    await card('battery').getByRole('button', { name: '驳回' }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    site.flags.items = [];
    await page.reload();
    await shows('目前没有部件需要关注。');
  });
});
