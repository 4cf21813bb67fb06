import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../tools/browser.ts';
import { builtPage } from '../tools/built.ts';
import { MANAGER } from '../tools/fake-workshop.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Seat {
  readonly page: Page;
  /** What the page said on its console as an error, and what it threw. */
  readonly errors: readonly string[];
  readonly leave: () => Promise<void>;
}

export interface SeatOptions {
  readonly locale?: 'zh-CN' | 'en' | 'unchosen';
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly touch?: boolean;
}

/** One browser and one built page for the tests of a file. They go with the file, the seats when `leave` is called. */
export function setDesk(which: 'console' | 'site') {
  let browser: Browser | undefined;
  let built: Awaited<ReturnType<typeof builtPage>> | undefined;
  let seats: Seat[] = [];
  beforeAll(async () => {
    [browser, built] = await Promise.all([launchBrowser(), builtPage(which)]);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });
  return {
    /** Where the built page lies. */
    get folder(): string {
      return built!.folder;
    },
    async sit(options: SeatOptions = {}): Promise<Seat> {
      const seat = await sitDown(browser!, options);
      seats.push(seat);
      return seat;
    },
    /** Everybody leaves; what their pages said as errors. */
    async leave(): Promise<readonly string[]> {
      const left = seats;
      seats = [];
      for (const seat of left) await seat.leave();
      return left.flatMap((seat) => seat.errors);
    },
  };
}

/** Opens a page of the console at its door, and goes in as the manager. */
export async function signIn(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('input[type=email]').fill(MANAGER.email);
  await page.locator('input[type=password]').fill(MANAGER.password);
  await page.locator('button[type=submit]').click();
  await page.locator('.shell').waitFor();
}

/** A fresh screen of one person: own cookies, own choices. */
async function sitDown(browser: Browser, options: SeatOptions): Promise<Seat> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    locale: 'en',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    ...(options.touch ? { hasTouch: true, isMobile: true } : {}),
  });
  const { locale = 'en' } = options;
  if (locale !== 'unchosen') {
    await context.addInitScript((chosen) => {
      if (localStorage.getItem('liftgate.locale') === null) localStorage.setItem('liftgate.locale', chosen);
    }, locale);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(String(e)));
  page.on('console', (m) => {
    // A refused call is said by the browser itself; the page says it in its own words.
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) errors.push(m.text());
  });
  return { page, errors, leave: () => context.close() };
}

/** No serious or critical finding of axe on what is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = await readFile(AXE, 'utf8');
  await page.evaluate(axe);
  // What is shown now is what stands still: a dialog that fades out has the colours of neither state.
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);
    const still = Promise.allSettled(passing.map((a) => a.finished));
    await Promise.race([still, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  });
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (o: object) => Promise<{ violations: Violation[] }> } };
    const result = await axe.run({ resultTypes: ['violations'] });
    return result.violations.map((v) => ({
      id: v.id,
      impact: v.impact,
      where: v.nodes.map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).slice(0, 5),
    }));
  });
  expect(found.filter((v) => v.impact === 'serious' || v.impact === 'critical')).toEqual([]);
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Nothing stands out of the page to the side. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
}

/** The text as a person sees it: without what is hidden, with its line breaks. */
export function seen(part: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: hidden text must not count.
  return part.innerText();
}

/**
 * A scanner that types while an input method is on: each key at once after the other, and what the page would make of
 * them hidden. Where nobody takes a key, the field that holds the focus takes its letter.
 */
export async function typeAsScanner(page: Page, label: string): Promise<void> {
  await page.evaluate((text) => {
    const target = document.activeElement!;
    for (const c of [...text, '\n']) {
      const code = c === '\n' ? 'Enter' : /\d/.test(c) ? `Digit${c}` : `Key${c}`;
      const how = {
        code,
        key: 'Process',
        shiftKey: /[A-Z]/.test(c),
        isComposing: true,
        bubbles: true,
        cancelable: true,
      };
      const taken = !target.dispatchEvent(new KeyboardEvent('keydown', how));
      if (!taken && c !== '\n' && target instanceof HTMLInputElement) target.value += c;
    }
  }, label);
}
