/**
 * How large the text must be, and how many tiles then fit. Character height by ISO 9241-3: capitals of 20 minutes of arc
 * for what matters and 16 for the rest, at the viewing distance. Text never shrinks to make room: pages are turned.
 */

/** Capital height of Inter in em (its OS/2 table: 1,490 of 2,048 units). */
const CAPITAL_EM = 1_490 / 2_048;
const MM_PER_INCH = 25.4;
/** Width of a 16:9 panel as a share of its diagonal. */
const WIDTH_16_9 = 16 / Math.hypot(16, 9);

/** Content of a tile, in em of the key text: its name and the plate tail side by side, or its short id instead. */
export const NAMED_EM = 6.6;
export const SHORT_EM = 5.4;
/** Bay line and state band with their paddings, in em of the key text. */
const KEY_EM = 3;
const SMALL_EM = 1.3;
const PADDING = 24;
export const GAP = 12;

/** Header and foot, in em of their text; a foot is left out where it would cost a row of tiles. */
const HEADER_EM = 2.9;
const HEADER_LINE_EM = 1.5;
const FOOT_EM = 1.9;

/** Small text as a share of the key text, where no distance is set. */
const SMALL_SHARE = 0.4;
const SMALLEST = 13;
const LARGEST_KEY = 88;
const NARROW = 640;

export interface Fit {
  readonly columns: number;
  readonly rows: number;
  /** Font sizes in px: of bay, plate and state; of all else in a tile; of header and foot. */
  readonly key: number;
  readonly small: number;
  readonly bar: number;
  /** Lines of small text in a tile. */
  readonly lines: number;
  /** Heights in px; 0: left out. A narrow screen scrolls, and its parts are as high as they are. */
  readonly header: number;
  readonly foot: number;
  readonly scrolls: boolean;
}

export interface Viewing {
  /** Diagonal, inches. */
  readonly panel: number;
  /** Metres. */
  readonly distance: number;
}

/** Font size in px at which capitals span an angle (minutes of arc), on a panel that is `width` px wide. */
export function fontFor(minutes: number, { panel, distance }: Viewing, width: number): number {
  const mmPerPx = (panel * MM_PER_INCH * WIDTH_16_9) / width;
  const capitalMm = distance * 1_000 * Math.tan((minutes / 60) * (Math.PI / 180));
  return capitalMm / mmPerPx / CAPITAL_EM;
}

/** Sizes for a set distance: as many tiles as there is room for, at least one. */
export function fitToDistance(viewing: Viewing, width: number, height: number): Fit {
  const key = Math.ceil(fontFor(20, viewing, width));
  const small = Math.ceil(fontFor(16, viewing, width));
  const columns = Math.max(1, Math.floor((width - GAP) / (SHORT_EM * key + PADDING + GAP)));
  const header = Math.round(small * HEADER_LINE_EM);
  const rowsWith = (lines: number, foot: number) =>
    Math.max(1, Math.floor((height - header - foot - GAP) / (KEY_EM * key + lines * SMALL_EM * small + PADDING + GAP)));
  const rows = rowsWith(1, 0);
  const foot = Math.round(small * HEADER_LINE_EM);
  const options = [
    { lines: 2, foot },
    { lines: 2, foot: 0 },
    { lines: 1, foot },
  ];
  const chosen = options.find((option) => rowsWith(option.lines, option.foot) === rows) ?? { lines: 1, foot: 0 };
  return { columns, rows, key, small, bar: small, header, scrolls: false, ...chosen };
}

/** The largest text at which all bays fit at once; a narrow screen gets two columns and scrolls. */
export function fitAll(bays: number, width: number, height: number): Fit {
  if (width < NARROW) return fitNarrow(bays, width);
  const bar = Math.min(34, Math.max(16, Math.round(Math.min(width / 60, height / 34))));
  const header = Math.round(bar * HEADER_EM);
  const foot = Math.round(bar * FOOT_EM);
  const count = Math.max(1, bays);
  let best: Fit | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tileWidth = (width - GAP) / columns - GAP - PADDING;
    const tileHeight = (height - header - foot - GAP) / rows - GAP - PADDING;
    const byHeight = tileHeight / (KEY_EM + 2 * SMALL_EM * SMALL_SHARE);
    const key = Math.max(SMALLEST, Math.floor(Math.min(tileWidth / NAMED_EM, byHeight, LARGEST_KEY)));
    if (best && key <= best.key) continue;
    const small = Math.max(SMALLEST, Math.floor(key * SMALL_SHARE));
    const lines = Math.max(1, Math.floor((tileHeight - KEY_EM * key) / (SMALL_EM * small)));
    best = { columns, rows, key, small, bar, lines: Math.min(5, lines), header, foot, scrolls: false };
  }
  return best!;
}

function fitNarrow(bays: number, width: number): Fit {
  const columns = 2;
  const key = Math.floor(((width - GAP) / columns - GAP - PADDING) / NAMED_EM);
  const rows = Math.ceil(bays / columns);
  return { columns, rows, key, small: SMALLEST, bar: 15, lines: 2, header: 0, foot: 0, scrolls: true };
}
