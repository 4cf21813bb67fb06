import type { Draw } from '../fleet.ts';

/** What goes wrong between what is so and what a gateway hears. Each model on top of ordinary errors of every source. */
export interface ErrorModel {
  readonly name: string;
  /** Chance that an error of camera or floor sensor lasts to its next look; 0: errors are independent. */
  readonly persists: number;
  /** One source of the bay keeps saying the same for half an hour to two hours, on every second bay-day. */
  readonly stuck?: boolean;
  /** Errors grow to eight times their usual share by the evening; distances run away. */
  readonly drifts?: boolean;
  /** Sensors date their messages by clocks that are up to five minutes wrong. */
  readonly clocks?: boolean;
  /** Shares of messages. */
  readonly lost?: number;
  readonly doubled?: number;
  readonly late?: number;
  /** One source of the bay is dead for an hour. */
  readonly dead?: boolean;
}

export const ERROR_MODELS: readonly ErrorModel[] = [
  { name: 'independent', persists: 0 },
  { name: 'bursty 0.8', persists: 0.8 },
  { name: 'bursty 0.95', persists: 0.95 },
  { name: 'stuck', persists: 0.8, stuck: true },
  { name: 'drifting', persists: 0.8, drifts: true },
  { name: 'clock wrong', persists: 0, clocks: true },
  { name: 'lost 5 %', persists: 0, lost: 0.05 },
  { name: 'doubled 5 %', persists: 0, doubled: 0.05 },
  { name: 'late 10 %', persists: 0, late: 0.1 },
  { name: 'lost, doubled, late', persists: 0, lost: 0.05, doubled: 0.05, late: 0.1 },
  { name: 'dead for an hour', persists: 0, dead: true },
];

/** Share of wrong looks: a camera that is right 98 times in 100, a floor sensor that is right 199 times in 200. */
export const WRONG = { camera: 0.02, floor: 0.005 } as const;

/** A source that errs in bursts: a Markov chain of two states with the given share of errors. */
export class Fault {
  private wrong = false;
  private readonly draw: Draw;
  private readonly persists: number;

  constructor(draw: Draw, persists: number) {
    this.draw = draw;
    this.persists = persists;
  }

  /** Is this look wrong? `share`: of all looks, in the long run. */
  look(share: number): boolean {
    const begins = this.persists === 0 ? share : (share * (1 - this.persists)) / (1 - share);
    this.wrong = this.draw() < (this.wrong && this.persists > 0 ? this.persists : begins);
    return this.wrong;
  }
}
