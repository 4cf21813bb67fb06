import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SiteBay, SiteCameras } from '../../protocols/api/camera.ts';
import { type CameraSite, OUTLINES, openCameraSite, SITE_PASSWORD } from '../tools/camera-site.ts';
import { expectAccessible, expectNoSidewaysScroll, type SeatOptions, setDesk } from './desk.ts';

const desk = setDesk('site');
let site: CameraSite;
let page: Page;

beforeEach(async () => {
  site = await openCameraSite({ pages: desk.folder });
});
afterEach(async () => {
  const errors = await desk.leave();
  await site.close();
  expect(errors).toEqual([]);
});

/** Opens the cameras in a browser of its own, as somebody who is signed in. */
async function look(options: SeatOptions = {}): Promise<Page> {
  const seat = await desk.sit(options);
  const [name, value] = site.cookie.split('=');
  await seat.page.context().addCookies([{ name: name!, value: value!, url: site.url }]);
  await seat.page.goto(`${site.url}/site/#/cameras`);
  page = seat.page;
  await page.locator('.camera').waitFor();
  return page;
}
const picture = () => page.locator('.stage[data-frame]').waitFor();
const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();

async function bay(name = 'B1'): Promise<SiteBay> {
  const { items } = SiteCameras.parse(await (await site.call('GET', '/cameras')).json());
  return items[0]!.bays.find((b) => b.bay === name)!;
}
async function drawn(): Promise<void> {
  const body = { outline: OUTLINES.B1, revision: (await bay()).revision };
  expect((await site.call('PUT', '/cameras/cam-1/bays/B1/outline', body)).status).toBe(200);
}
async function label(occupied: boolean): Promise<void> {
  site.camera.setOccupied('B1', occupied);
  // A picture that is younger than a second is given again.
  await new Promise((r) => setTimeout(r, 1_050));
  const frame = (await site.call('GET', '/cameras/cam-1/picture')).headers.get('liftgate-frame');
  const body = { frame, occupied, revision: (await bay()).revision };
  expect((await site.call('POST', '/cameras/cam-1/bays/B1/labels', body)).status).toBe(200);
}
/** A point of the picture, in px of the page. */
async function at([x, y]: readonly [number, number]): Promise<[number, number]> {
  const box = (await page.locator('.stage').boundingBox())!;
  return [box.x + x * box.width, box.y + y * box.height];
}
const near = (outline: SiteBay['outline']) => outline!.map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);

describe('drawing', { timeout: 120_000 }, () => {
  test('corners are put by clicks, dragged, undone and kept; the gateway has the outline', async () => {
    await look();
    await picture();
    await press('Draw the outline');
    const corners = [
      [0.1, 0.2],
      [0.4, 0.2],
      [0.4, 0.9],
    ] as const;
    for (const corner of corners.slice(0, 2)) await page.mouse.click(...(await at(corner)));
    await shows('An outline needs at least three corners.');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await page.mouse.click(...(await at(corners[2])));
    await page.mouse.click(...(await at([0.1, 0.9])));
    // Into the nearest edge, wherever that is in the list.
    await page.mouse.click(...(await at([0.25, 0.1])));
    expect(await page.locator('.corner').count()).toBe(5);
    await press('Undo');
    await page.mouse.move(...(await at(corners[2])));
    await page.mouse.down();
    await page.mouse.move(...(await at([0.45, 0.8])), { steps: 4 });
    await page.mouse.up();
    await expectAccessible(page);
    await press('Save');
    await shows('Drawn on this page.');
    expect(near((await bay()).outline)).toEqual([
      ['0.1', '0.2'],
      ['0.4', '0.2'],
      ['0.5', '0.8'],
      ['0.1', '0.9'],
    ]);
  });

  test('the keyboard alone draws: rectangle, arrows, Delete, Ctrl+Z; Esc leaves all as it was', async () => {
    await look();
    await picture();
    await page.getByRole('button', { name: 'Draw the outline' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Start with a rectangle' }).focus();
    await page.keyboard.press('Enter');
    const first = page.getByRole('button', { name: /^Corner 1, 25 % across, 25 % down/ });
    await first.focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await page
      .getByRole('button', { name: /^Corner 1, 20 % across, 25 % down|^Corner 1, 20 % across, 24 %/ })
      .waitFor();
    await page.keyboard.press('Delete');
    expect(await page.locator('.corner').count()).toBe(3);
    await page.keyboard.press('Control+z');
    expect(await page.locator('.corner').count()).toBe(4);
    await page.keyboard.press('Escape');
    expect(await page.locator('.corner').count()).toBe(0);
    expect((await bay()).outline).toBe(null);
  });

  test('fingers on a phone put corners and drag them, and the page does not scroll away under them', async () => {
    await look({ width: 390, height: 844, touch: true });
    await picture();
    await press('Draw the outline');
    await page.locator('.stage').scrollIntoViewIfNeeded();
    for (const corner of OUTLINES.B1!) await page.touchscreen.tap(...(await at(corner)));
    expect(await page.locator('.corner').count()).toBe(4);
    const device = await page.context().newCDPSession(page);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', point?: readonly [number, number]) => {
      const [x, y] = point ? await at(point) : [0, 0];
      await device.send('Input.dispatchTouchEvent', { type, touchPoints: point ? [{ x, y }] : [] });
    };
    const before = await page.evaluate(() => scrollY);
    await touch('touchStart', [0.47, 0.15]);
    await touch('touchMove', [0.47, 0.3]);
    await touch('touchMove', [0.47, 0.4]);
    await touch('touchEnd');
    await page.getByRole('button', { name: /^Corner 2, 47 % across, (39|40|41) % down/ }).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(before);
    // Wide enough for a finger (WCAG 2.5.5: 44 px).
    const corner = (await page.locator('.corner').first().boundingBox())!;
    expect(Math.min(corner.width, corner.height)).toBeGreaterThanOrEqual(44);
  });

  test('a corner never leaves the picture, and an outline that crosses itself is not kept', async () => {
    await look();
    await picture();
    await press('Draw the outline');
    await press('Start with a rectangle');
    await page.mouse.move(...(await at([0.25, 0.25])));
    await page.mouse.down();
    await page.mouse.move(2, 2, { steps: 3 });
    await page.mouse.up();
    await page.getByRole('button', { name: /^Corner 1, 0 % across, 0 % down/ }).waitFor();
    await page.mouse.move(...(await at([0.75, 0.85])));
    await page.mouse.down();
    await page.mouse.move(...(await at([0.5, 0.05])), { steps: 3 });
    await page.mouse.up();
    await shows('The outline crosses itself.');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
  });

  test('of two who draw the same bay, the second is told, and loses nothing', async () => {
    const one = await look();
    await picture();
    await press('Draw the outline');
    await press('Start with a rectangle');
    await drawn();
    await press('Save');
    await shows('It clashes with what is stored.');
    expect(await one.locator('.corner').count()).toBe(4);
    expect((await bay()).outline).toEqual(OUTLINES.B1);
    await press('Cancel');
    await press('Change the outline');
    await press('Save');
    await shows('Drawn on this page.');
  });

  test('a session that ends in the middle asks for the password, and the corners are still there', async () => {
    await look();
    await picture();
    await press('Draw the outline');
    await press('Start with a rectangle');
    await site.call('DELETE', '/session');
    await page.locator('input[type=password]').fill(SITE_PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.corner').nth(3).waitFor();
    await press('Save');
    await shows('Drawn on this page.');
  });
});

describe('labels and classifier', { timeout: 180_000 }, () => {
  test('E and O label the picture that is shown, S passes it over, a scanner’s burst does nothing', async () => {
    await drawn();
    await look();
    await page.locator('svg.crop').waitFor();
    await page.keyboard.press('e');
    await shows('Labelled as empty.');
    await page.locator('fieldset.answers:not([disabled])').waitFor();
    await page.keyboard.press('o');
    await shows('2 of at most 20');
    await page.locator('fieldset.answers:not([disabled])').waitFor();
    await page.keyboard.press('s');
    await shows('Skipped.');
    await page.locator('fieldset.answers:not([disabled])').waitFor();
    await page.evaluate(() => {
      for (const key of 'LSVAEOS187C2184841') dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    });
    await new Promise((r) => setTimeout(r, 500));
    expect((await bay()).labels.map((l) => l.occupied)).toEqual([false, true]);
    await shows(/1 empty, 1 occupied/);
    await page.getByText('Show 2 labels').click();
    await page
      .getByRole('button', { name: /^Delete the label of/ })
      .first()
      .click();
    await shows('1 of at most 20');
    expect((await bay()).labels).toMatchObject([{ occupied: false }]);
    await expectAccessible(page);
  });

  test('it says how good it is and how sure; is used at once, also after a restart; and goes back', async () => {
    await drawn();
    for (let i = 0; i < 8; i += 1) await label(i % 2 === 1);
    await look();
    const model = page.locator('.model', { hasText: 'From your labels' });
    await model.getByText(/\d of \d right/).waitFor();
    await model.getByText(/Cross-validated on 8 labels: 4 empty, 4 occupied/).waitFor();
    await model.getByText(/All labels are of one moment/).waitFor();
    await model.locator('[data-says=occupied]').waitFor();
    await expectAccessible(page);
    await press('Use this model');
    await shows(/Made on this page, in use since/);
    await page.locator('.model', { hasText: 'In use' }).locator('[data-says=occupied]').waitFor();
    // The running driver has it: what pixels say becomes a reading.
    const said = async () => {
      const { devices } = (await (await site.call('GET', '/status')).json()) as { devices: { last: unknown[] }[] };
      return JSON.stringify(devices[0]!.last);
    };
    await vi.waitFor(async () => expect(await said()).toContain('camera.occupied'), { timeout: 20_000, interval: 200 });
    await site.restart();
    expect((await bay()).inUse).toMatchObject({ from: 'site', empty: 4, occupied: 4 });
    await look();
    await press('Back to none');
    await shows('Pictures say nothing of this bay until you use a model.');
    expect((await bay()).inUse).toBe(null);
  });
});

describe('a picture that is not there is not pretended', { timeout: 120_000 }, () => {
  test('a camera that is unplugged: the last picture looks old and takes no labels, and all comes back by itself', async () => {
    await drawn();
    await look();
    await page.locator('svg.crop').waitFor();
    site.camera.setFault('refuse');
    await page.locator('.veil').getByText('The camera is not connected.').waitFor();
    expect(await page.locator('fieldset.answers[disabled]').count()).toBe(1);
    await expectAccessible(page);
    site.camera.setFault(null);
    await page.locator('.veil').waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator('fieldset.answers:not([disabled])').waitFor();
  });

  test('a camera that gives rtsp alone says what to do', async () => {
    site.camera.setFault('no-snapshot');
    await site.restart();
    await look();
    await shows(/The camera gives no JPEG picture/);
    await expectAccessible(page);
  });

  test('a refused password signs nobody out', async () => {
    site.camera.setFault('snapshot-refused');
    await site.restart();
    await look({ locale: 'zh-CN', dark: true });
    await shows(/摄像头拒绝用户名和密码/);
    expect(await page.locator('.camera').count()).toBe(1);
    await expectAccessible(page);
  });

  test('a picture that is too dark is not learned from, in words', async () => {
    await site.close();
    const night = sharp({ create: { width: 640, height: 360, channels: 3, background: '#030303' } });
    const black = await night.jpeg().toBuffer();
    site = await openCameraSite({ pages: desk.folder, camera: { picture: async () => black } });
    await drawn();
    await look();
    await page.locator('fieldset.answers:not([disabled])').waitFor();
    await page.keyboard.press('e');
    await shows('The picture is too dark to learn from.');
    expect((await bay()).labels).toEqual([]);
  });

  test('a page that nobody sees asks for no pictures', async () => {
    await look();
    await picture();
    const hide = (state: string) =>
      page.evaluate((s) => {
        Object.defineProperty(document, 'visibilityState', { value: s, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await hide('hidden');
    await new Promise((r) => setTimeout(r, 2_500));
    let asked = 0;
    page.on('request', (r) => {
      if (r.url().endsWith('/picture')) asked += 1;
    });
    await new Promise((r) => setTimeout(r, 5_000));
    expect(asked).toBe(0);
    const again = page.waitForRequest(/\/picture$/);
    await hide('visible');
    await again;
  });
});

describe('languages, themes and sizes', { timeout: 120_000 }, () => {
  test.each([
    ['zh-CN', true, 390, 844],
    ['en', false, 390, 844],
    ['zh-CN', false, 1920, 1080],
    ['en', true, 1920, 1080],
  ] as const)(
    'in %s (dark: %s) at %i × %i the page fits and is accessible, drawing too',
    async (locale, dark, width, height) => {
      await drawn();
      await look({ locale, dark, width, height });
      await page.locator('svg.crop').waitFor();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      await press(locale === 'en' ? 'Change the outline' : '修改轮廓');
      await page.locator('.corner').nth(3).waitFor();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    },
  );

  test('a camera that is not configured to look at pictures says which option does it', async () => {
    await site.close();
    site = await openCameraSite({ pages: desk.folder, pixels: null });
    await look();
    await shows(/This camera does not look at pictures/);
  });
});
