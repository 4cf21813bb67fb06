import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EMPTY_BOARD } from '../../../protocols/board.ts';
import { launchBrowser } from '../../tools/browser.ts';
import { builtPage } from '../../tools/built.ts';
import { cableTo } from '../../tools/cable.ts';
import { busyBoard, FakeSource, type FakeWallOptions, fakeWall, NOW, tileOf } from '../../tools/fake-board.ts';

let browser: Browser;
let built: Awaited<ReturnType<typeof builtPage>>;
let axe: string;
beforeAll(async () => {
  [browser, built, axe] = await Promise.all([
    launchBrowser(),
    builtPage('wall'),
    readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  ]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

interface Shown {
  page: Page;
  source: FakeSource;
  /** What the browser complained about: policy, scripts, requests. */
  complaints: string[];
}

interface ShowOptions extends FakeWallOptions {
  source?: FakeSource;
  query?: string;
  width?: number;
  height?: number;
  url?: string;
}

async function show(options: ShowOptions = {}): Promise<Shown> {
  const source = options.source ?? new FakeSource(busyBoard());
  const wall = options.url ? null : await fakeWall({ locale: 'en', ...options, source, folder: built.folder });
  if (wall) open.push(wall);
  const { width = 1920, height = 1080 } = options;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  open.push(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(String(e)));
  await page.goto(`${options.url ?? wall!.url}/wall${options.query ?? ''}`);
  return { page, source, complaints };
}

/** A wall whose page comes straight and whose feed comes over a cable. */
async function showOverCable() {
  const source = new FakeSource(busyBoard());
  const cable = await cableTo(() => wall.url);
  open.push(cable);
  const wall = await fakeWall({ source, folder: built.folder, locale: 'en', feedUrl: cable.url });
  open.push(wall);
  return { ...(await show({ source, url: wall.url })), cable };
}

const tile = (page: Page, bay: string) => page.locator(`[data-bay="${bay}"]`);
const attribute = (page: Page, bay: string, name: string) => tile(page, bay).getAttribute(`data-${name}`);
const until = (check: () => Promise<boolean>) => expect.poll(check, { timeout: 20_000, interval: 50 }).toBe(true);

/** Violations of WCAG A and AA, and of the 7:1 of 1.4.6, as `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const result = await axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
    return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`));
  });
}

describe('a tile', () => {
  test('says its state by shape and word, with car, duration, promise, reason and alert', async () => {
    const { page, complaints } = await show();
    await tile(page, '4').waitFor();
    const text = (bay: string) => tile(page, bay).textContent();
    const shapes = async (bay: string) =>
      tile(page, bay)
        .locator('.band .shape')
        .evaluateAll((all) => all.map((shape) => shape.getAttribute('data-shape')));
    expect(await text('1')).toMatch(/8F21.*Working.*41:\d\d min.*Due 17:00.*Severe fault code/);
    expect(await text('2')).toMatch(/D703.*Waiting.*34:\d\d min.*At risk 15:45.*Parts/);
    expect(await text('4')).toMatch(/95KQ.*Blocked.*47:\d\d min.*Late 15:30.*Equipment.*Overstay/);
    expect(await text('6')).toMatch(/Arriving.*2\d s/);
    expect(await shapes('1')).toEqual(['working', 'raised']);
    expect(await shapes('3')).toEqual(['free']);
    expect(await attribute(page, '4', 'late')).toBe('true');
    expect(complaints).toEqual([]);
  });

  test('that is not known is never drawn as free', async () => {
    const { page } = await show();
    await tile(page, '8').waitFor();
    expect(await tile(page, '8').textContent()).toMatch(/Unknown/);
    const looks = await Promise.all(
      ['3', '8'].map((bay) =>
        tile(page, bay).evaluate((e) => [getComputedStyle(e).backgroundImage, getComputedStyle(e).borderStyle]),
      ),
    );
    expect(looks[1]).not.toEqual(looks[0]);
  });

  test('changes alone: the others are not touched', async () => {
    const { page, source } = await show();
    await tile(page, '5').waitFor();
    await page.evaluate(() => {
      const touched = new Set<string>();
      Object.assign(window, { touched });
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const bay = (target instanceof Element ? target : target.parentElement)?.closest('[data-bay]');
          if (bay) touched.add(bay.getAttribute('data-bay')!);
        }
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    source.setBay('5', { work: { state: 'blocked', reason: 'quality', since: NOW } });
    await until(async () => (await attribute(page, '5', 'look')) === 'blocked');
    const touched = await page.evaluate(() => [...(window as unknown as { touched: Set<string> }).touched]);
    expect(touched).toEqual(['5']);
  });

  test('shows the rule: who feeds the page, the store time, both figures of the day', async () => {
    const { page } = await show();
    await tile(page, '1').waitFor();
    const header = await page.locator('header').textContent();
    expect(header).toMatch(/15:42:\d\d/);
    expect(header).toMatch(/Gateway · Live/);
    expect(header).toMatch(/Occupied60%/);
    expect(header).toMatch(/Working46%/);
    expect(await page.locator('footer').textContent()).toMatch(/Severe fault code.*Overstay.*Device offline.*6T39/);
  });
});

describe('old data', () => {
  test('makes its tile old within five seconds, in shape, word and look, and the last value stays', async () => {
    const { page, source } = await show();
    await tile(page, '1').waitFor();
    source.ages = { ...source.ages, 'lift-1': 30_100 };
    const since = performance.now();
    await until(async () => (await attribute(page, '1', 'freshness')) === 'stale');
    expect(performance.now() - since).toBeLessThan(5_000);
    const text = await tile(page, '1').textContent();
    expect(text).toMatch(/8F21.*Stale.*3\d s ago.*was Working/);
    expect(await tile(page, '1').locator('.band .shape').first().getAttribute('data-shape')).toBe('stale');
    expect(await attribute(page, '2', 'freshness')).toBe('live');
    expect(await page.locator('.source').textContent()).toMatch(/1 bay stale/);

    source.ages = { ...source.ages, 'lift-1': 100 };
    await until(async () => (await attribute(page, '1', 'freshness')) === 'live');
  });

  test('a source that was never heard since its gateway started is no reason for trust', async () => {
    const source = new FakeSource(busyBoard());
    source.ages = { ...source.ages, 'lift-3': null };
    const { page } = await show({ source });
    await until(async () => (await attribute(page, '3', 'freshness')) === 'stale');
    expect(await tile(page, '3').textContent()).toMatch(/not heard yet.*was Free/);
  });

  test('a server that is behind the workshop makes all tiles old, and says by how much', async () => {
    const source = new FakeSource(busyBoard(), 'cloud');
    source.behindMs = 95_000;
    const { page } = await show({ source });
    await until(async () => (await page.locator('[data-freshness="stale"]').count()) === 8);
    expect(await page.locator('.source').textContent()).toMatch(/Cloud · 1 min behind/);
  });

  test('a cut link is said across the wall and on each tile, and ends with data', async () => {
    const { page, source, cable } = await showOverCable();
    await until(async () => (await page.locator('[data-freshness="live"]').count()) === 8);
    cable.cut = true;
    await until(async () => (await page.locator('[data-freshness="no-link"]').count()) === 8);
    const banner = page.getByRole('alert');
    expect(await banner.textContent()).toMatch(/No link to the workshop server.*as of 15:42/);
    expect(await tile(page, '2').textContent()).toMatch(/D703.*No link.*was Waiting/);
    expect(await tile(page, '8').textContent()).toMatch(/Unknown/);
    expect(await violations(page)).toEqual([]);

    source.setBay('2', { work: { state: 'working', reason: null, since: NOW } });
    cable.cut = false;
    await until(async () => (await page.locator('[data-freshness="live"]').count()) === 8);
    expect(await attribute(page, '2', 'look')).toBe('working');
    expect(await banner.textContent()).toBe('');
  });

  test('after a reload without a server the last view is there, and does not pass for live', async () => {
    const { page, cable } = await showOverCable();
    await until(async () => (await page.locator('[data-freshness="live"]').count()) === 8);
    cable.cut = true;
    await page.reload();
    await tile(page, '4').waitFor();
    expect(await page.locator('[data-freshness="no-link"]').count()).toBe(8);
    expect(await tile(page, '4').textContent()).toMatch(/No link.*as of 15:42.*was Blocked/);
  });
});

describe('before there are tiles', () => {
  test('no data is said, and nothing is made up', async () => {
    const { page } = await show({ source: new FakeSource(EMPTY_BOARD) });
    await page.getByRole('heading', { name: 'No data yet' }).waitFor();
    const text = (await page.locator('#root').textContent())!;
    expect(text).not.toMatch(/No alerts|Free|%/);
    expect(await violations(page)).toEqual([]);
  });

  test('a screen without a token shows a code, comes in when it is claimed, and is out when it is revoked', async () => {
    const claimed = { token: null as string | null };
    const valid = new Set(['token-1']);
    const { page } = await show({
      access: 'paired',
      authorize: ({ token }) => valid.has(token ?? ''),
      routes: (app) => {
        app.post('/wall/api/pairing', async () => ({ code: 'K7PM3X', secret: 's', expiresAt: Date.now() + 600_000 }));
        app.post('/wall/api/pairing/claim', async (request) => {
          expect(request.body).toEqual({ secret: 's' });
          return claimed;
        });
      },
    });
    await page.getByText('K7P M3X').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.locator('.bay').count()).toBe(0);
    claimed.token = 'token-1';
    await tile(page, '1').waitFor();
    expect(page.url()).not.toMatch(/token/);
    await page.reload();
    await tile(page, '1').waitFor();

    valid.clear();
    claimed.token = null;
    (open[0] as Awaited<ReturnType<typeof fakeWall>>).feed.disconnect(() => true);
    await page.getByText('K7P M3X').waitFor();
    expect(await page.locator('.bay').count()).toBe(0);
  });
});

describe('for everybody', () => {
  const sizes = [
    ['wall', 1920, 1080],
    ['phone', 390, 844],
  ] as const;
  for (const [name, width, height] of sizes) {
    for (const theme of ['dark', 'light']) {
      test(`axe finds nothing, and text has 7:1: ${name}, ${theme}`, async () => {
        const source = new FakeSource(busyBoard());
        source.ages = { ...source.ages, 'lift-1': 99_000 };
        const { page } = await show({ source, width, height, query: `?theme=${theme}` });
        await until(async () => (await attribute(page, '1', 'freshness')) === 'stale');
        expect(await violations(page)).toEqual([]);
        await page.getByRole('button', { name: 'Screen settings' }).click();
        expect(await violations(page)).toEqual([]);
      });
    }
  }

  test('the page speaks the language of its site until somebody chooses another, for good', async () => {
    const { page } = await show({ locale: 'zh-CN' });
    await tile(page, '1').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await tile(page, '2').textContent()).toMatch(/等待.*34:\d\d 分.*临近 15:45.*待配件/);
    expect(await page.locator('header').textContent()).toMatch(/占用率60%.*作业率46%/);
    await page.getByRole('button', { name: '屏幕设置' }).click();
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await tile(page, '2').textContent()).toMatch(/Waiting.*34:\d\d min/);
    await page.reload();
    await until(async () => /Waiting/.test((await tile(page, '2').textContent()) ?? ''));
  });

  test('Chinese is drawn in the font that comes with the page', async () => {
    const { page } = await show({ locale: 'zh-CN' });
    await tile(page, '1').waitFor();
    await page.evaluate(() => document.fonts.ready);
    const loaded = await page.evaluate(() =>
      [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family),
    );
    expect(loaded.join()).toMatch(/Inter Variable/);
    expect(loaded.join()).toMatch(/Noto Sans SC Variable/);
  });
});

describe('on any screen', () => {
  const words: [string, FakeWallOptions['locale'], (bay: string) => string][] = [
    ['English', 'en', (bay) => `Bay ${bay}`],
    ['Chinese', 'zh-CN', (bay) => `${bay}号机电维修工位`],
  ];
  for (const [name, locale, bayName] of words) {
    for (const query of ['', '?panel=55&distance=8', '?panel=43&distance=4', '?panel=86&distance=6']) {
      test(`no bay, plate or state is cut: ${name} ${query}`, async () => {
        const source = new FakeSource(busyBoard('Jing’an Service Centre', bayName));
        for (const bay of ['1', '2', '3']) source.ages[`lift-${bay}`] = 99_000;
        const { page } = await show({ source, locale, query });
        await until(async () => (await page.locator('[data-freshness="stale"]').count()) >= 2);
        await page.evaluate(() => document.fonts.ready);
        const cut = await page.locator('.bay').evaluateAll((tiles) =>
          tiles.flatMap((tile) => {
            const frame = tile.getBoundingClientRect();
            return [...tile.querySelectorAll('h2, .plate, .band b')]
              .filter((part) => {
                const box = part.getBoundingClientRect();
                return box.right > frame.right || box.left < frame.left || box.bottom > frame.bottom;
              })
              .map((part) => part.textContent);
          }),
        );
        expect(cut).toEqual([]);
      });
    }
  }

  test('text is as high as the distance asks: 20 minutes of arc for bay, plate and state, 16 for the rest', async () => {
    const { page } = await show({ query: '?panel=55&distance=8' });
    await tile(page, '1').waitFor();
    await page.evaluate(() => document.fonts.ready);
    const capitals = await tile(page, '1').evaluate((bay) => {
      const pen = document.createElement('canvas').getContext('2d')!;
      return ['h2', '.plate', '.band b', '.since'].map((part) => {
        const { fontSize, fontWeight, fontFamily } = getComputedStyle(bay.querySelector(part)!);
        pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
        return pen.measureText('H').actualBoundingBoxAscent;
      });
    });
    const mmPerPx = (55 * 25.4 * 16) / Math.hypot(16, 9) / 1_920;
    const minutes = capitals.map((px) => (Math.atan((px * mmPerPx) / 8_000) * 180 * 60) / Math.PI);
    for (const each of minutes.slice(0, 3)) expect(each).toBeGreaterThanOrEqual(19.9);
    expect(minutes[3]).toBeGreaterThanOrEqual(15.9);
  });

  test('pages turn with the alarming bays on each, until they are stopped', async () => {
    const view = busyBoard();
    const extra = Array.from({ length: 8 }, (_, i) => tileOf(String(i + 9), { sources: [] }));
    const bays = { ...view.bays, ...Object.fromEntries(extra.map((each) => [each.bay, each])) };
    const source = new FakeSource({ ...view, bays, order: [...view.order, ...extra.map((each) => each.bay)] });
    const { page } = await show({ source, query: '?panel=55&distance=8&rotation=10' });
    await tile(page, '4').waitFor();
    const shown = () =>
      page.locator('.bay').evaluateAll((tiles) => tiles.map((each) => each.getAttribute('data-bay')!));
    const first = await shown();
    expect(first).toHaveLength(6);
    expect(first.slice(0, 2)).toEqual(['1', '4']);
    await until(async () => (await shown()).join() !== first.join());
    expect((await shown()).slice(0, 2)).toEqual(['1', '4']);
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Stop turning pages' }).click();
    const stopped = await shown();
    await page.waitForTimeout(11_000);
    expect(await shown()).toEqual(stopped);
  });
});
