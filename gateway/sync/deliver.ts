import type { Batch } from '../store/outbox.ts';
import type { Line } from './line.ts';
import { Refused } from './post.ts';
import type { UplinkDeps } from './uplink.ts';

/**
 * So many refused events in one batch, or in a row without one that was taken, are not poison: the cloud is ill, or
 * somebody in between refuses whatever is large. Held back or given up, all of them count; then the uplink backs off.
 */
const MOST_POISON = 8;

/** What a lane has met since an event of it was taken. */
export interface Luck {
  refused: number;
}

/** Everybody must forward an event of so many bytes (CloudEvents 1.0, size limits): a smaller one is not at fault. */
const SMALL_BYTES = 65_536;

/**
 * Brings a batch. Where the cloud refuses it as a whole, though it is well otherwise, the batch is parted until the
 * event is found that it cannot digest; that one is held back, and stops nobody else. One that is too large by itself
 * is given up.
 * @throws Refused for its size (413), LiftgateError when the cloud is away or ill
 */
export async function deliver(
  batch: Batch,
  line: Line,
  deps: Pick<UplinkDeps, 'outbox' | 'onTrouble'>,
  luck: Luck,
): Promise<void> {
  let poison = 0;
  await part(batch);

  async function part(some: Batch): Promise<void> {
    try {
      await line.send(some);
      luck.refused = 0;
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      const { length } = some.seqs;
      if (e.status === 413 && length > 1) throw e;
      // Is it the batch, or the cloud? An empty one would fail in the same way.
      await line.poll(true);
      if (length === 1) {
        if (Math.max(++poison, ++luck.refused) > MOST_POISON) {
          luck.refused = 0;
          throw e.error;
        }
        if (e.status === 413 && Buffer.byteLength(some.events[0]!) > SMALL_BYTES) {
          await deps.outbox.giveUp(some.seqs[0]!, e.message);
          deps.onTrouble('one event is too large for the cloud; it is kept as a dead letter (liftgate outbox inspect)');
          return;
        }
        const seconds = deps.outbox.holdBack(some.seqs[0]!) / 1_000;
        deps.onTrouble(`one event is held back for ${seconds} s, since the cloud cannot take it: ${e.message}`);
        return;
      }
      const middle = Math.ceil(length / 2);
      await part(slice(some, 0, middle));
      await part(slice(some, middle, length));
    }
  }
}

function slice({ epoch, seqs, events, recordedAt, waited }: Batch, from: number, to: number): Batch {
  const part = <T>(all: readonly T[]) => all.slice(from, to);
  return { epoch, seqs: part(seqs), events: part(events), recordedAt: part(recordedAt), waited: part(waited) };
}
