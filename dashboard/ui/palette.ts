/**
 * The colours of both themes, for code that needs them as values (charts, Ant Design). `tokens.css` says the same
 * values as custom properties (`textQuiet` → `--text-quiet`); a test holds the two equal and checks the contrasts.
 *
 * Five hues that stay apart for protan, deutan and tritan eyes (after Okabe and Ito): blue is the one accent, the other
 * four are states. What is normal is quiet; only what needs somebody is filled.
 */
export interface Palette {
  readonly ground: string;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  /** Borders that carry meaning: 3:1 on ground and surface (WCAG 1.4.11). */
  readonly lineStrong: string;
  /** 7:1 on ground, surface and raised (WCAG 1.4.6), as are `textQuiet`, `accent` and the state colours. */
  readonly text: string;
  readonly textQuiet: string;
  readonly accent: string;
  /** Text on a fill of `accent`. */
  readonly onAccent: string;
  readonly working: string;
  readonly waiting: string;
  readonly blocked: string;
  readonly idle: string;
  /** Fills with `onWaiting` and the like as their text, 7:1. */
  readonly waitingFill: string;
  readonly onWaiting: string;
  readonly blockedFill: string;
  readonly onBlocked: string;
}

export const DARK: Palette = {
  ground: '#0d1115',
  surface: '#161c22',
  raised: '#202830',
  line: '#323d48',
  lineStrong: '#738496',
  text: '#f3f6f8',
  textQuiet: '#b9c5d0',
  accent: '#7cbcf8',
  onAccent: '#0d1115',
  working: '#45d3a8',
  waiting: '#f6c344',
  blocked: '#ff9a72',
  idle: '#cdb0f3',
  waitingFill: '#f6c344',
  onWaiting: '#14181c',
  blockedFill: '#ff8f61',
  onBlocked: '#140a06',
};

export const LIGHT: Palette = {
  ground: '#e9edf0',
  surface: '#ffffff',
  raised: '#f4f6f8',
  line: '#ccd4db',
  lineStrong: '#6f7d8a',
  text: '#11171c',
  textQuiet: '#3a4650',
  accent: '#094b87',
  onAccent: '#ffffff',
  working: '#00503f',
  waiting: '#5f3f00',
  blocked: '#8a2307',
  idle: '#553684',
  waitingFill: '#ffc93c',
  onWaiting: '#14181c',
  blockedFill: '#982a0a',
  onBlocked: '#ffffff',
};

export type Theme = 'light' | 'dark';
export const PALETTES: Readonly<Record<Theme, Palette>> = { light: LIGHT, dark: DARK };
