import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { echoText } from '../../../dashboard/wall/echo-words.ts';
import type { ScanEcho } from '../../../protocols/board.ts';
import { launchBrowser } from '../../tools/browser.ts';
import { builtPage } from '../../tools/built.ts';
import { busyBoard, FakeSource, fakeWall, NOW } from '../../tools/fake-board.ts';

const echo = (more: Partial<ScanEcho> = {}): ScanEcho => ({
  device: 'scan-1',
  at: NOW + 1_000,
  kind: 'vin',
  outcome: 'taken',
  undid: null,
  bay: '3',
  word: null,
  vinTail: '3546',
  plateTail: null,
  orderTail: '0017',
  ...more,
});

describe('what a scan is read back as', () => {
  test.each([
    [{}, 'Bay 3 · VIN …3546 · order …0017', '工位 3 · 车架号 …3546 · 工单 …0017'],
    [{ kind: 'bay', word: '3' }, 'Bay 3 · VIN …3546 · order …0017', '工位 3 · 车架号 …3546 · 工单 …0017'],
    [
      { kind: 'hold', word: 'parts', plateTail: 'D345' },
      'Bay 3 · Waiting for parts · Plate …D345 · order …0017',
      '工位 3 · 等待配件 · 车牌 …D345 · 工单 …0017',
    ],
    [{ kind: 'badge', vinTail: null, orderTail: null }, 'Bay 3 · Badge seen', '工位 3 · 工牌已读'],
    [
      { outcome: 'undone', kind: 'undo', undid: 'hold' },
      'Bay 3 · Taken back: Waiting · VIN …3546 · order …0017',
      '工位 3 · 已撤销: 等待 · 车架号 …3546 · 工单 …0017',
    ],
    [{ outcome: 'no-bay', bay: null }, 'Which bay? Scan the bay label first', '哪个工位？请先扫工位标签'],
    [{ outcome: 'no-such-bay', kind: 'bay', word: '77', bay: null }, 'There is no such bay · 77', '没有这个工位 · 77'],
    [{ outcome: 'not-understood', kind: 'unknown' }, 'Bay 3 · Not understood', '工位 3 · 无法识别'],
  ] as [Partial<ScanEcho>, string, string][])('%j', (more, en, zh) => {
    const said = echo(more);
    const bay = said.bay;
    expect([echoText(said, bay, 'en'), echoText(said, bay, 'zh-CN')]).toEqual([en, zh]);
  });
});

describe('on the wall', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof builtPage>>;
  beforeAll(async () => {
    [browser, built] = await Promise.all([launchBrowser(), builtPage('wall')]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function show(query: string, width: number, height: number): Promise<{ page: Page; source: FakeSource }> {
    const source = new FakeSource(busyBoard());
    const wall = await fakeWall({ source, folder: built.folder });
    open.push(wall);
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    open.push(context);
    const page = await context.newPage();
    await page.goto(`${wall.url}/wall${query}`);
    await page.locator('[data-bay]').first().waitFor();
    return { page, source };
  }

  const scan = (source: FakeSource, said: ScanEcho) =>
    source.set({ ...source.view, scans: { ...source.view.scans, [said.device]: said } });

  test('a scan is read back at once, in both languages, and goes again', async () => {
    const { page, source } = await show('?lang=en', 1920, 1080);
    scan(source, echo({ at: source.status().now }));
    const shown = page.locator('.echo[data-shown="true"]');
    await shown.waitFor();
    expect(await shown.locator('b').textContent()).toContain('VIN …3546 · order …0017');
    expect(await shown.locator('span').textContent()).toContain('车架号 …3546');
    scan(source, echo({ at: source.status().now + 1, outcome: 'not-understood', kind: 'unknown', device: 'scan-2' }));
    await page.locator('.echo[data-taken="false"]').waitFor();
    await page.locator('.echo[data-shown="false"]').waitFor({ state: 'attached', timeout: 20_000 });
  });

  test('an old scan that comes with the board is no news', async () => {
    const { page, source } = await show('?lang=en', 1280, 720);
    scan(source, echo({ at: source.status().now - 60_000 }));
    await page.waitForTimeout(1_000);
    expect(await page.locator('.echo').getAttribute('data-shown')).toBe('false');
  });

  test('it is said aloud only where that is wanted', async () => {
    const { page, source } = await show('?lang=en&speak=true', 1280, 720);
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      window.speechSynthesis.speak = (u) => void said.push(`${u.lang} ${u.text}`);
    });
    scan(source, echo({ at: source.status().now }));
    await page.locator('.echo[data-shown="true"]').waitFor();
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { said: string[] }).said))
      .toEqual([expect.stringMatching(/^en-US .*VIN .*3546/)]);
  });

  test.each([
    ['?lang=zh-CN', 1920, 1080],
    ['?lang=en&theme=light', 1920, 1080],
    ['?lang=zh-CN&theme=light', 390, 844],
    ['?lang=en', 390, 844],
  ] as const)('%s at %i × %i it stands inside the screen', async (query, width, height) => {
    const { page, source } = await show(query, width, height);
    scan(source, echo({ at: source.status().now, kind: 'hold', word: 'quality', plateTail: 'D345' }));
    const shown = page.locator('.echo[data-shown="true"]');
    await shown.waitFor();
    const box = (await shown.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    const out = process.env.LIFTGATE_PICTURES;
    if (out) await page.screenshot({ path: `${out}/echo-${width}-${query.replace(/\W+/g, '-')}.png` });
  });
});
