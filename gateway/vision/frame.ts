import type Sharp from 'sharp';
import { LiftgateError, messageOf } from '../../protocols/error.ts';

let loaded: Promise<typeof Sharp> | undefined;

/** The decoder, loaded at the first picture: a gateway without cameras never needs its memory. */
function decoder(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    // One picture after the other: sixteen bays must not take all cores for a moment, and libvips' own cache would keep
    // pixels longer than they are looked at.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

/** A picture made small, in memory, for one look. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Its size before, in px: regions may be given so. */
  readonly original: { readonly width: number; readonly height: number };
  /** RGB, three bytes a pixel, row by row. */
  readonly rgb: Uint8Array;
}

/** Enough to see a car by; the decoder skips what is finer (shrink-on-load). */
const WIDTH = 480;
const MOST_PIXELS = 40_000_000;

/** Decodes a picture to 480 px of width. @throws LiftgateError `invalid` when it is none. */
export async function readFrame(picture: Buffer): Promise<Frame> {
  const sharp = await decoder();
  try {
    const image = sharp(picture, { limitInputPixels: MOST_PIXELS, failOn: 'error', autoOrient: true });
    const { width, height } = (await image.metadata()).autoOrient;
    const { data, info } = await image
      .resize({ width: WIDTH, withoutEnlargement: true })
      .flatten()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const original = { width, height };
    return {
      width: info.width,
      height: info.height,
      original,
      rgb: info.channels === 3 ? data : widened(data, info.channels),
    };
  } catch (e) {
    throw new LiftgateError('invalid', `expected a picture (JPEG, PNG or WebP), got ${messageOf(e)}`);
  }
}

function widened(data: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0, p = 0; p < data.length; p += channels, i += 3) rgb.fill(data[p]!, i, i + 3);
  return rgb;
}

const SCREEN_WIDTH = 1_280;

/** The same picture for a person's screen: upright as decoded, without the camera's metadata. @throws as `readFrame`. */
export async function forScreen(picture: Buffer): Promise<{ jpeg: Buffer; width: number; height: number }> {
  const sharp = await decoder();
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MOST_PIXELS, failOn: 'error', autoOrient: true })
      .resize({ width: SCREEN_WIDTH, withoutEnlargement: true })
      .flatten()
      .jpeg({ quality: 80 })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch (e) {
    throw new LiftgateError('invalid', `expected a picture (JPEG, PNG or WebP), got ${messageOf(e)}`);
  }
}

const BLOCK = 32;

/**
 * A short print of each 32 × 32 block at native size: sensor noise changes nearly all of them from picture to picture,
 * a clock in the picture only a few. A thumbnail would average the noise away, and every night would look frozen.
 */
export async function blockPrints(picture: Buffer): Promise<readonly number[]> {
  const sharp = await decoder();
  const { data, info } = await sharp(picture, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const across = Math.ceil(info.width / BLOCK);
  const prints = new Array<number>(across * Math.ceil(info.height / BLOCK)).fill(2_166_136_261);
  for (let y = 0; y < info.height; y += 1) {
    const row = Math.floor(y / BLOCK) * across;
    for (let x = 0; x < info.width; x += 1) {
      const i = row + Math.floor(x / BLOCK);
      // FNV-1a.
      prints[i] = Math.imul(prints[i]! ^ data[y * info.width + x]!, 16_777_619) >>> 0;
    }
  }
  return prints;
}
