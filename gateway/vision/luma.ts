import type { Frame } from './frame.ts';

/** What is left of a picture when colour and the strength of the light are taken out. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  /** Logarithm of brightness: a lamp more or less shifts it, and leaves its differences alone. */
  readonly log: Float32Array;
  /** Edge strength of `log`, sensor noise taken off. */
  readonly edge: Float32Array;
  /** 0 to 1: (max − min) ÷ (max + 16) of the three colours. */
  readonly saturation: Float32Array;
  /** Mean brightness, 0 to 255. */
  readonly mean: number;
  /** Of `log`, by the median of its second differences. */
  readonly noise: number;
}

/** Black is not known to the bit: below this brightness differences count less and less. */
const KNEE = 12;
/** Edges weaker than so many times the noise are noise. */
const OVER_NOISE = 3;
const FAINT = 0.03;

/** Brightness, edges and colour of a frame (BT.601 weights, Sobel kernels). */
export function lumaOf({ width, height, rgb }: Frame): Luma {
  const size = width * height;
  const log = new Float32Array(size);
  const saturation = new Float32Array(size);
  let sum = 0;
  for (let i = 0, p = 0; i < size; i += 1, p += 3) {
    const r = rgb[p]!;
    const g = rgb[p + 1]!;
    const b = rgb[p + 2]!;
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    const most = Math.max(r, g, b);
    sum += y;
    log[i] = Math.log(y + KNEE);
    saturation[i] = (most - Math.min(r, g, b)) / (most + 16);
  }
  const noise = noiseOf(log, width, height);
  return { width, height, log, edge: sobel(log, width, height, noise), saturation, mean: sum / size, noise };
}

/** Second differences of a picture are mostly noise; their median does not see edges (Immerkær 1996, made robust). */
function noiseOf(log: Float32Array, width: number, height: number): number {
  const seen: number[] = [];
  for (let y = 1; y < height - 1; y += 3) {
    for (let x = 1; x < width - 1; x += 3) {
      const i = y * width + x;
      seen.push(Math.abs(log[i - 1]! - 2 * log[i]! + log[i + 1]!));
    }
  }
  seen.sort((a, b) => a - b);
  // A Gaussian's second difference has √6 times its deviation; the median of its size is 0.6745 of that.
  return (seen[seen.length >> 1] ?? 0) / (0.6745 * Math.sqrt(6));
}

function sobel(log: Float32Array, width: number, height: number, noise: number): Float32Array {
  const edge = new Float32Array(log.length);
  // Each kernel sums twelve squares of its weights.
  const floor = FAINT + OVER_NOISE * noise * (Math.sqrt(12) / 8);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const a = log[i - width - 1]!;
      const c = log[i - width + 1]!;
      const g = log[i + width - 1]!;
      const k = log[i + width + 1]!;
      const dx = c + 2 * log[i + 1]! + k - a - 2 * log[i - 1]! - g;
      const dy = g + 2 * log[i + width]! + k - a - 2 * log[i - width]! - c;
      edge[i] = Math.max(0, Math.hypot(dx, dy) / 8 - floor);
    }
  }
  return edge;
}
