/** A logistic model on standardised features. */
export interface Logistic {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** Strength of the L2 penalty on the weights; the bias goes free. Strong, because there are few samples. */
const PENALTY = 0.2;
const STEPS = 400;
const RATE = 0.3;

/**
 * Fits by gradient descent with momentum, both labels weighing the same however many frames of each there are. The
 * loss is convex and the steps are fixed: the same samples give the same model.
 */
export function trainLogistic(samples: readonly (readonly number[])[], labels: readonly boolean[]): Logistic {
  const width = samples[0]?.length ?? 0;
  const column = (f: number) => samples.map((s) => s[f]!);
  const mean = Array.from({ length: width }, (_, f) => average(column(f)));
  const scale = mean.map((m, f) => Math.max(1e-3, Math.sqrt(average(column(f).map((v) => (v - m) ** 2)))));
  const rows = samples.map((s) => s.map((v, f) => (v - mean[f]!) / scale[f]!));
  const positives = labels.filter(Boolean).length;
  const share = labels.map((l) => 0.5 / Math.max(1, l ? positives : labels.length - positives));
  const weights = new Array<number>(width).fill(0);
  const speed = new Array<number>(width + 1).fill(0);
  let bias = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const slope = weights.map((w) => (PENALTY * w) / Math.max(1, samples.length));
    let biasSlope = 0;
    for (const [i, row] of rows.entries()) {
      const miss = (sigmoid(dot(weights, row) + bias) - (labels[i] ? 1 : 0)) * share[i]!;
      for (let f = 0; f < width; f += 1) slope[f]! += miss * row[f]!;
      biasSlope += miss;
    }
    for (let f = 0; f < width; f += 1) {
      speed[f] = 0.9 * speed[f]! - RATE * slope[f]!;
      weights[f]! += speed[f]!;
    }
    speed[width] = 0.9 * speed[width]! - RATE * biasSlope;
    bias += speed[width]!;
  }
  return { mean, scale, weights, bias };
}

/** The furthest that a feature counts, in deviations: what was never seen in calibration must not shout down the rest. */
const FURTHEST = 4;

/** Probability from 0 to 1. */
export function predict({ mean, scale, weights, bias }: Logistic, sample: readonly number[]): number {
  const row = sample.map((v, f) => Math.max(-FURTHEST, Math.min(FURTHEST, (v - mean[f]!) / scale[f]!)));
  return sigmoid(dot(weights, row) + bias);
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
