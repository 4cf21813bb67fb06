/** A logistic model on standardised features. */
export interface Logistic {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** Strength of the L2 penalty on the weights; the bias goes (nearly) free. Strong, because there are few samples. */
const PENALTY = 0.2;
const FREE = 1e-4;
const STEPS = 50;
/** No Newton step moves a weight further: where labels part cleanly the first ones would overshoot. */
const FURTHEST_STEP = 2;
/** The furthest that a feature counts, in deviations: what was never seen in calibration must not shout down the rest. */
const FURTHEST = 4;

/**
 * Fits by Newton's method, both labels weighing the same however many frames of each there are. The loss is convex: the
 * same samples give the same model.
 */
export function trainLogistic(samples: readonly (readonly number[])[], labels: readonly boolean[]): Logistic {
  const width = samples[0]?.length ?? 0;
  const column = (f: number) => samples.map((s) => s[f]!);
  const mean = Array.from({ length: width }, (_, f) => average(column(f)));
  const scale = mean.map((m, f) => Math.max(1e-3, Math.sqrt(average(column(f).map((v) => (v - m) ** 2)))));
  // The last one is that of the bias.
  const rows = samples.map((s) => [...standardised(s, mean, scale), 1]);
  const positives = labels.filter(Boolean).length;
  const share = labels.map((l) => (0.5 * labels.length) / Math.max(1, l ? positives : labels.length - positives));
  const penalty = Array.from({ length: width + 1 }, (_, f) => (f < width ? PENALTY : FREE));
  let weights = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS; step += 1) {
    const slope = weights.map((w, f) => penalty[f]! * w);
    const curve = penalty.map((p, f) => penalty.map((_, g) => (f === g ? p : 0)));
    for (const [i, row] of rows.entries()) {
      const p = sigmoid(dot(weights, row));
      const miss = share[i]! * (p - (labels[i] ? 1 : 0));
      const bend = share[i]! * p * (1 - p);
      for (let f = 0; f <= width; f += 1) {
        slope[f]! += miss * row[f]!;
        for (let g = 0; g <= width; g += 1) curve[f]![g]! += bend * row[f]! * row[g]!;
      }
    }
    const move = solve(curve, slope);
    const most = Math.max(...move.map(Math.abs));
    const brake = Math.min(1, FURTHEST_STEP / most);
    weights = weights.map((w, f) => w - brake * move[f]!);
    if (most < 1e-7) break;
  }
  return { mean, scale, weights: weights.slice(0, width), bias: weights[width]! };
}

/** Probability from 0 to 1. */
export function predict({ mean, scale, weights, bias }: Logistic, sample: readonly number[]): number {
  return sigmoid(dot(weights, standardised(sample, mean, scale)) + bias);
}

function standardised(sample: readonly number[], mean: readonly number[], scale: readonly number[]): number[] {
  return sample.map((v, f) => Math.max(-FURTHEST, Math.min(FURTHEST, (v - mean[f]!) / scale[f]!)));
}

/** Solves a x = b for a symmetric, positive definite a (Cholesky). */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const n = b.length;
  const l = a.map((row) => row.map(() => 0));
  const y = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = a[i]![j]!;
      for (let k = 0; k < j; k += 1) rest -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / l[j]![j]!;
    }
    let rest = b[i]!;
    for (let k = 0; k < i; k += 1) rest -= l[i]![k]! * y[k]!;
    y[i] = rest / l[i]![i]!;
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i -= 1) {
    let rest = y[i]!;
    for (let k = i + 1; k < n; k += 1) rest -= l[k]![i]! * x[k]!;
    x[i] = rest / l[i]![i]!;
  }
  return x;
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
