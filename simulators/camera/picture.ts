import sharp from 'sharp';
import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import { type Draw, seeded } from '../fleet.ts';
import { type BayScene, drawLook, drawRoom, drawScene, type Light } from './scene.ts';

export const BRIGHT: Light = { level: 1, infrared: false, lamps: true, door: 0.2, shadows: [], glare: null };

interface Exposure {
  readonly bays: readonly BayScene[];
  readonly light: Light;
  /** Standard deviation of the sensor's noise, 0 to 255. */
  readonly noise: number;
  /** Burnt in at the top left; left out: no clock. */
  readonly clock?: Millis;
  /** How far the camera was pushed aside, in px of 960. */
  readonly pushed?: { readonly x: number; readonly y: number };
}

/** Takes pictures of one room, drawn from its seed. Every picture has noise of its own, as from a real sensor. */
export interface Photographer {
  /** A JPEG, 960 × 540. */
  shoot(exposure: Exposure): Promise<Buffer>;
}

const TABLE = 1 << 18;

export function createPhotographer(seed: number, bays: number): Photographer {
  const draw = seeded(seed);
  const room = drawRoom(draw, bays);
  const noise = gaussians(draw);
  // A scene that stands still is drawn once; only its noise is new.
  let last = { svg: '', pixels: Buffer.alloc(0), width: 0, height: 0 };
  return {
    async shoot(e) {
      const svg = drawScene(room, e.bays, e.light, e.pushed).replace('</svg>', `${clock(e.clock)}</svg>`);
      if (svg !== last.svg) {
        const image = sharp(Buffer.from(svg)).flatten();
        const { data, info } = await (e.light.infrared ? image.greyscale().toColourspace('srgb') : image)
          .raw()
          .toBuffer({ resolveWithObject: true });
        last = { svg, pixels: data, width: info.width, height: info.height };
      }
      const { width, height } = last;
      const channels = (last.pixels.length / (width * height)) as 3;
      const pixels = noisy(last.pixels, noise, e.noise, draw);
      return sharp(pixels, { raw: { width, height, channels } }).jpeg({ quality: 80 }).toBuffer();
    },
  };
}

function clock(at: Millis | undefined): string {
  if (at === undefined) return '';
  return (
    '<rect x="12" y="10" width="330" height="26" fill="#000" fill-opacity="0.6"/>' +
    `<text x="20" y="29" font-family="monospace" font-size="18" fill="#fff">${toRfc3339(at)}</text>`
  );
}

/** Sum of twelve uniform numbers, less six: near enough to Gaussian. In units of 1/16. */
function gaussians(draw: Draw): Int8Array {
  return Int8Array.from({ length: TABLE }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += draw();
    return Math.round(sum * 16);
  });
}

function noisy(pixels: Buffer, table: Int8Array, deviation: number, draw: Draw): Buffer {
  const out = new Uint8ClampedArray(pixels.length);
  const k = deviation / 16;
  let at = Math.floor(draw() * TABLE);
  for (let i = 0; i < pixels.length; i += 1) {
    if (i % 8192 === 0) at = Math.floor(draw() * TABLE);
    at = (at + 1) & (TABLE - 1);
    out[i] = pixels[i]! + table[at]! * k;
  }
  return Buffer.from(out.buffer);
}

/** What the simulated camera of a workshop sees: a car in each occupied bay, always the same for the same object. */
export function createLiveView(rules: readonly { rule: string; occupied: boolean; object: number }[]) {
  const photographer = createPhotographer(
    [...rules.map((r) => r.rule).join('|')].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7),
    rules.length,
  );
  return (at: Millis, { clock = at, pushed = { x: 0, y: 0 }, noise = 3 } = {}): Promise<Buffer> =>
    photographer.shoot({
      bays: rules.map((r, i) => ({
        label: r.rule,
        car: r.occupied ? drawLook(seeded(1_000 * (i + 1) + r.object)) : null,
        raised: 0,
        people: [],
        carts: [],
      })),
      light: BRIGHT,
      noise,
      clock,
      pushed,
    });
}
