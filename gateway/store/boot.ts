import type { ClockQuality } from '../../protocols/event.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';

/** The run of the operating system that we are in. */
export interface BootClock {
  /** Tells boots apart; the kernel's boot id where there is one. */
  readonly id: string;
  /** ms since that boot, growing steadily whatever happens to the wall clock. */
  readonly mono: () => number;
}

/** When something was recorded. */
interface Stamp {
  readonly recordedAt: Millis;
  readonly boot: number;
  readonly mono: number;
  /** 1: the wall clock was known to be right. */
  readonly clock: 0 | 1;
}

/** As a row holds it; rows of earlier versions have none. */
type StoredStamp = { readonly [K in keyof Stamp]: Stamp[K] | null };

interface ClockStatus {
  /** `good`: it agreed with the cloud's within 2 s; `off`: it did not; `unknown`: nobody to ask yet. */
  readonly quality: 'good' | 'off' | 'unknown';
  /** This clock less the cloud's, ms, at the last comparison; null: never compared. */
  readonly offsetMs: number | null;
}

/** How far a clock may be off and still count as right, in ms. */
const TOLERANCE_MS = 2_000;
/** A better anchor than this is not worth a write. */
const ANCHOR_STEP_MS = 500;

/** Stamps what is recorded, and learns what the true time was. */
export interface Boot {
  stamp(): Stamp;
  /** The cloud's clock says so just now. */
  agree(truth: Millis): void;
  /** To be called every second or so: notices when somebody sets the clock. */
  look(): void;
  status(): ClockStatus;
  /** How long ago it was recorded, ms: by the steady clock within one boot, else by what is known of the wall clock. */
  ageOf(stamp: StoredStamp): number | null;
  /** How far the wall clock was behind when this was recorded (ms, to be added), and what is known of it. */
  correctionOf(stamp: StoredStamp): { readonly shift: number; readonly quality: ClockQuality | null };
}

export function openBoot(db: Db, { id, mono }: BootClock, clock: Clock): Boot {
  db.prepare('INSERT INTO boot (boot) VALUES (?) ON CONFLICT (boot) DO NOTHING').run(id);
  const row = db.prepare<[string], { id: number }>('SELECT id FROM boot WHERE boot = ?').get(id)!;
  const all = db.prepare<[], { id: number; anchor: number | null }>('SELECT id, anchor FROM boot');
  const anchors = new Map(all.all().map((b) => [b.id, b.anchor]));
  const keep = db.prepare<[number, number]>('UPDATE boot SET anchor = ? WHERE id = ?');
  let quality: ClockStatus['quality'] = 'unknown';
  let offsetMs: number | null = null;
  const difference = () => clock() - mono();
  let last = difference();

  function anchor(at: number): void {
    const known = anchors.get(row.id) ?? null;
    if (known !== null && Math.abs(known - at) < ANCHOR_STEP_MS) return;
    anchors.set(row.id, Math.round(at));
    keep.run(Math.round(at), row.id);
  }

  return {
    stamp: () => ({
      recordedAt: clock(),
      boot: row.id,
      mono: Math.round(mono()),
      clock: quality === 'good' ? 1 : 0,
    }),
    agree(truth) {
      offsetMs = clock() - truth;
      quality = Math.abs(offsetMs) <= TOLERANCE_MS ? 'good' : 'off';
      anchor(truth - mono());
      last = difference();
    },
    look() {
      const now = difference();
      const step = now - last;
      last = now;
      if (Math.abs(step) <= TOLERANCE_MS) return;
      // Set while nobody knew the true time: now somebody does. Set away from what was right: to be found out.
      if (quality === 'unknown' && (anchors.get(row.id) ?? null) === null) anchor(now);
      quality = 'unknown';
      offsetMs = null;
    },
    status: () => ({ quality, offsetMs }),
    ageOf({ recordedAt, boot, mono: at }) {
      if (recordedAt === null) return null;
      const known = boot === null ? null : (anchors.get(boot) ?? null);
      const here = anchors.get(row.id) ?? null;
      let age = clock() - recordedAt;
      if (boot === row.id && at !== null) age = mono() - at;
      else if (known !== null && here !== null && at !== null) age = here + mono() - (known + at);
      return Math.max(0, Math.round(age));
    },
    correctionOf({ recordedAt, boot, mono: at, clock: good }) {
      if (recordedAt === null || boot === null || at === null) return { shift: 0, quality: null };
      const known = anchors.get(boot) ?? null;
      if (known !== null) {
        const shift = known + at - recordedAt;
        return Math.abs(shift) > TOLERANCE_MS ? { shift, quality: 'corrected' } : { shift: 0, quality: 'good' };
      }
      if (good === 1) return { shift: 0, quality: 'good' };
      return { shift: 0, quality: boot === row.id ? null : 'estimated' };
    },
  };
}
