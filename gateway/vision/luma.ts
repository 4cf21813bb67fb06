import type { Frame } from './frame.ts';

/** Directions of edges that are told apart: across, two slants, upright. */
export const ORIENTATIONS = 4;

/** What is left of a picture when the strength of the light is taken out. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  /** Edge strength of the logarithm of brightness, sensor noise taken off: a lamp more or less leaves it alone. */
  readonly edge: Float32Array;
  /** How surely a pixel is on an edge, 0 to 1, however faint the edge. */
  readonly line: Float32Array;
  /** 0 to 3, the direction of the edge. */
  readonly direction: Uint8Array;
  /** Logarithms of red ÷ green and blue ÷ green: a shadow keeps them. */
  readonly redness: Float32Array;
  readonly blueness: Float32Array;
  /** Mean brightness, 0 to 255. */
  readonly mean: number;
  /** Of the logarithm of brightness, by the median of its second differences. */
  readonly noise: number;
}

/** Black is not known to the bit: below this brightness differences count less and less. */
const KNEE = 12;
/** Edges weaker than so many times the noise are noise. */
const OVER_NOISE = 2.5;
/** An edge of this strength, and of so many times the noise, is as likely one as not. */
const HALF_SURE = 0.02;
const HALF_SURE_NOISE = 4;
/** Each Sobel kernel sums twelve squares of its weights, and is divided by eight. */
const KERNEL_NOISE = Math.sqrt(12) / 8;

/** Edges and colour of a frame (BT.601 weights, Sobel kernels). */
export function lumaOf({ width, height, rgb }: Frame): Luma {
  const size = width * height;
  const log = new Float32Array(size);
  const redness = new Float32Array(size);
  const blueness = new Float32Array(size);
  let sum = 0;
  for (let i = 0, p = 0; i < size; i += 1, p += 3) {
    const r = rgb[p]!;
    const g = rgb[p + 1]!;
    const b = rgb[p + 2]!;
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    sum += y;
    log[i] = LOGARITHM[Math.round(8 * y)]!;
    const green = COLOUR_LOGARITHM[g]!;
    redness[i] = COLOUR_LOGARITHM[r]! - green;
    blueness[i] = COLOUR_LOGARITHM[b]! - green;
  }
  const noise = noiseOf(log, width, height);
  return { width, height, ...edgesOf(log, width, height, noise), redness, blueness, mean: sum / size, noise };
}

const LOGARITHM = Float32Array.from({ length: 8 * 255 + 1 }, (_, i) => Math.log(i / 8 + KNEE));
const COLOUR_LOGARITHM = Float32Array.from({ length: 256 }, (_, i) => Math.log(i + 16));

/** Second differences of a picture are mostly noise; their median does not see edges (Immerkær 1996, made robust). */
function noiseOf(log: Float32Array, width: number, height: number): number {
  const seen: number[] = [];
  for (let y = 1; y < height - 1; y += 3) {
    for (let x = 1; x < width - 1; x += 3) {
      const i = y * width + x;
      seen.push(Math.abs(log[i - 1]! - 2 * log[i]! + log[i + 1]!));
    }
  }
  const sorted = Float32Array.from(seen).sort();
  // A Gaussian's second difference has √6 times its deviation; the median of its size is 0.6745 of that.
  return (sorted[sorted.length >> 1] ?? 0) / (0.6745 * Math.sqrt(6));
}

const TAN_22 = Math.tan(Math.PI / 8);

function edgesOf(log: Float32Array, width: number, height: number, noise: number) {
  const edge = new Float32Array(log.length);
  const line = new Float32Array(log.length);
  const direction = new Uint8Array(log.length);
  const floor = OVER_NOISE * noise * KERNEL_NOISE;
  const half = Math.max(HALF_SURE, HALF_SURE_NOISE * noise * KERNEL_NOISE) ** 2;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const a = log[i - width - 1]!;
      const c = log[i - width + 1]!;
      const g = log[i + width - 1]!;
      const k = log[i + width + 1]!;
      const dx = (c + 2 * log[i + 1]! + k - a - 2 * log[i - 1]! - g) / 8;
      const dy = (g + 2 * log[i + width]! + k - a - 2 * log[i - width]! - c) / 8;
      const strength = Math.max(0, Math.sqrt(dx * dx + dy * dy) - floor);
      edge[i] = strength;
      line[i] = (strength * strength) / (strength * strength + half);
      const [h, v] = [Math.abs(dx), Math.abs(dy)];
      direction[i] = v < TAN_22 * h ? 0 : h < TAN_22 * v ? 2 : dx * dy > 0 ? 1 : 3;
    }
  }
  return { edge, line, direction };
}
