import type { Millis } from '../../protocols/time.ts';
import { Reference } from './reference.ts';
import type { Telling, Tracks } from './track.ts';
import { LOOK_MS, type Look } from './wire.ts';

/**
 * Filters to compare with. Each takes the same looks of camera and floor sensor, in steps of 5 s, in the order in which
 * they come, believes every source alike, and knows neither health nor age.
 */
export const BASELINES = ['raw frames', 'three in a row', 'plain HMM', 'reference'] as const;
export type Baseline = (typeof BASELINES)[number];

/** A look is used for this long, then its source has nothing to say. */
const FRESH_MS = 60_000;
/** Chances of a change in a step of 5 s: gaps of 24 min, stays of 85 min. */
const COMES = LOOK_MS / (24 * 60_000);
const GOES = LOOK_MS / (85 * 60_000);
/** What the plain filter believes of each source. */
const RIGHT = { camera: 0.98, floor: 0.995 } as const;

interface Watch {
  readonly looks: { camera: Look | null; floor: Look | null };
  readonly books: Record<Baseline, Book>;
  row: { present: boolean; count: number };
  belief: number;
  readonly reference: Reference;
}

interface Book {
  readonly tellings: Telling[];
  present: boolean | null;
}

/** Runs all baselines over the looks of some bays. */
export class Baselines {
  private readonly watches = new Map<string, Watch>();

  constructor(bays: readonly string[]) {
    const book = (): Book => ({ tellings: [], present: null });
    for (const bay of bays) {
      const books = { 'raw frames': book(), 'three in a row': book(), 'plain HMM': book(), reference: book() };
      this.watches.set(bay, {
        looks: { camera: null, floor: null },
        books,
        row: { present: false, count: 0 },
        belief: 0.5,
        reference: new Reference(),
      });
    }
  }

  hear(look: Look): void {
    this.watches.get(look.bay)!.looks[look.source] = look;
  }

  /** Every 5 s. */
  step(now: Millis): void {
    for (const watch of this.watches.values()) stepOne(watch, now);
  }

  tracks(which: Baseline): Tracks {
    return new Map([...this.watches].map(([bay, w]) => [bay, { tellings: w.books[which].tellings, names: [] }]));
  }
}

function stepOne(w: Watch, now: Millis): void {
  const words = (['camera', 'floor'] as const).flatMap((source) => {
    const look = w.looks[source];
    return look === null || look.present === null || now - look.at > FRESH_MS
      ? []
      : [{ source, present: look.present }];
  });
  w.belief = w.belief * (1 - GOES) + (1 - w.belief) * COMES;
  for (const { source, present } of words) {
    const yes = present ? RIGHT[source] : 1 - RIGHT[source];
    w.belief = (w.belief * yes) / (w.belief * yes + (1 - w.belief) * (1 - yes));
  }
  tell(w.books['plain HMM'], w.belief > 0.5, w.belief, now);
  const since = w.reference.step(words, now);
  if (since !== null) tell(w.books.reference, w.reference.present!, null, now, since);
  const ups = words.filter((x) => x.present).length;
  // Sources that contradict each other change nothing.
  if (words.length === 0 || 2 * ups === words.length) return;
  const present = 2 * ups > words.length;
  tell(w.books['raw frames'], present, null, now);
  w.row = { present, count: w.row.present === present ? w.row.count + 1 : 1 };
  if (w.row.count >= 3) tell(w.books['three in a row'], present, null, now);
}

function tell(book: Book, present: boolean, belief: number | null, now: Millis, since = now): void {
  if (book.present === present) return;
  book.present = present;
  const booked = present ? 'occupied' : 'empty';
  book.tellings.push({ at: now, since, booked, present: belief, stay: present ? String(now) : null });
}
