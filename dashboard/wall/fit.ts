/**
 * How large the text must be, and how many tiles then fit. Character height by ISO 9241-3: capitals of 20 minutes of arc
 * for what matters and 16 for the rest, at the viewing distance. Text never shrinks to make room: pages are turned.
 */

/** Capital height of Inter in em (its OS/2 table: 1,490 of 2,048 units). */
const CAPITAL_EM = 1_490 / 2_048;
const MM_PER_INCH = 25.4;
/** Width of a 16:9 panel as a share of its diagonal. */
const WIDTH_16_9 = 16 / Math.hypot(16, 9);

/** Content of a tile, in em of the key text: the name of the bay beside the plate tail, or its short id instead. */
const NAMED_EM = 6.6;
const SHORT_EM = 5.9;
/** The plate tail with its frame and the gap before it. */
const PLATE_EM = 3.2;
/** Bay line and state band with their paddings, in em of the key text. */
const KEY_EM = 3;
const SMALL_EM = 1.3;
const PADDING = 24;
const GAP = 12;

/** Header and foot in em of their text. For a set distance they are one line each. */
const HEADER_EM = 3.1;
const FOOT_EM = 1.9;
const LINE_EM = 1.5;

/** Width of a Latin character in em; a Chinese one takes 1. */
const LATIN_EM = 0.56;

/** Small text as a share of the key text, where no distance is set; and for a set one, 16 of 20 minutes of arc. */
const SMALL_SHARE = { least: 0.38, most: 0.5 };
const FAR_SHARE = 16 / 20;
const SMALLEST = 13;
const LARGEST_KEY = 96;
const NARROW = 640;

export interface Fit {
  readonly columns: number;
  readonly rows: number;
  /** Font sizes in px: of bay, plate and state; of all else in a tile; of header and foot. */
  readonly key: number;
  readonly small: number;
  readonly bar: number;
  /** Room for the name of a bay, in em of the key text. */
  readonly nameEm: number;
  /** Lines of small text in a tile. */
  readonly lines: number;
  /** Heights in px; 0: the foot is left out where it would cost a row of tiles. */
  readonly header: number;
  readonly foot: number;
  /** `far`: sized for a distance, with the least in each tile. `phone`: two columns that scroll. */
  readonly style: 'room' | 'far' | 'phone';
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

/** The layout of a wall of `bays` bays on a screen of this size in px; for a set distance, what is readable from there. */
export function layoutOf(bays: number, width: number, height: number, viewing: Viewing | null): Fit {
  if (width < NARROW) return fitPhone(bays, width);
  return viewing ? fitDistance(bays, width, height, viewing) : fitRoom(bays, width, height);
}

/** As many tiles as there is room for. Where all bays fit and room is left, everything grows. */
function fitDistance(bays: number, width: number, height: number, viewing: Viewing): Fit {
  const key = Math.ceil(fontFor(20, viewing, width));
  const small = Math.ceil(fontFor(16, viewing, width));
  const header = Math.round(small * LINE_EM);
  const far = { bar: small, header, nameEm: SHORT_EM - PLATE_EM, style: 'far' } as const;
  const columns = Math.max(1, Math.floor((width - GAP) / (SHORT_EM * key + PADDING + GAP)));
  const rowsWith = (lines: number, foot: number) =>
    Math.max(1, Math.floor((height - header - foot - GAP) / (KEY_EM * key + lines * SMALL_EM * small + PADDING + GAP)));

  const foot = Math.round(small * LINE_EM);
  const rows = rowsWith(1, 0);
  const options = [
    { lines: 2, foot },
    { lines: 2, foot: 0 },
    { lines: 1, foot },
    { lines: 1, foot: 0 },
  ];
  const chosen = options.find((option) => {
    const most = rowsWith(option.lines, option.foot);
    return most === rows || columns * most >= bays;
  })!;
  if (columns * rows < bays) return { ...far, ...chosen, columns, rows, key, small };

  const grown = arrange(bays, width, height - header - chosen.foot, SHORT_EM, chosen.lines, FAR_SHARE);
  const scaled = Math.max(key, Math.min(grown.key, LARGEST_KEY));
  return { ...far, ...chosen, ...grown, key: scaled, small: Math.max(small, Math.floor(scaled * FAR_SHARE)) };
}

/** All bays at once, as large as that allows. */
function fitRoom(bays: number, width: number, height: number): Fit {
  const bar = Math.min(34, Math.max(16, Math.round(Math.min(width / 60, height / 34))));
  const header = Math.round(bar * HEADER_EM);
  const foot = Math.round(bar * FOOT_EM);
  const { columns, rows, key: fits } = arrange(bays, width, height - header - foot, NAMED_EM, 2, SMALL_SHARE.least);
  const key = Math.max(SMALLEST, Math.min(fits, LARGEST_KEY));
  const left = (height - header - foot - GAP) / rows - GAP - PADDING - KEY_EM * key;
  // Three lines, as large as the height that is left allows.
  const share = Math.min(key * SMALL_SHARE.most, Math.max(key * SMALL_SHARE.least, left / 3 / SMALL_EM));
  const small = Math.max(SMALLEST, Math.floor(share));
  const lines = Math.min(3, Math.max(1, Math.floor(left / (SMALL_EM * small))));
  return { columns, rows, key, small, bar, lines, header, foot, nameEm: NAMED_EM - PLATE_EM, style: 'room' };
}

function fitPhone(bays: number, width: number): Fit {
  const columns = 2;
  const key = Math.floor(((width - GAP) / columns - GAP - PADDING) / NAMED_EM);
  const rows = Math.max(1, Math.ceil(bays / columns));
  const nameEm = NAMED_EM - PLATE_EM;
  return { columns, rows, key, small: SMALLEST, bar: 15, lines: 3, header: 0, foot: 0, nameEm, style: 'phone' };
}

/** Columns and rows for the largest key text; of two that are nearly equal, the one with fewer empty places. */
function arrange(bays: number, width: number, height: number, em: number, lines: number, share: number) {
  const count = Math.max(1, bays);
  let best = { columns: 1, rows: count, key: 0, worth: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = ((width - GAP) / columns - GAP - PADDING) / em;
    const byHeight = ((height - GAP) / rows - GAP - PADDING) / (KEY_EM + lines * SMALL_EM * share);
    const key = Math.floor(Math.min(byWidth, byHeight));
    const worth = Math.min(key, LARGEST_KEY) * (0.75 + (0.25 * count) / (columns * rows));
    if (worth > best.worth) best = { columns, rows, key, worth };
  }
  const { columns, rows, key } = best;
  return { columns, rows, key };
}

/** Do all these names fit beside a plate? One that does not would be cut, so then every bay is called by its id. */
export function namesFit(names: readonly string[], { nameEm }: Fit): boolean {
  const widthOf = (name: string) => [...name].reduce((sum, c) => sum + (c > '\u2e80' ? 1 : LATIN_EM), 0);
  return names.every((name) => widthOf(name) <= nameEm);
}
