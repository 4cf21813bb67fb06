import { LiftgateError } from '../../protocols/error.ts';
import type { SyncBatch, Verdict } from '../../protocols/sync.ts';
import { fromRfc3339, type Millis } from '../../protocols/time.ts';
import { markReceived, runsOf } from './cursors.ts';
import { type Incoming, insertEvents, type LoggedEvent, storedHashes } from './events.ts';
import { type Letter, openLetter, type Sender } from './letter.ts';
import { type Db, isDataFault, type Tx, transaction } from './pool.ts';

/** What follows from new events (vehicles, alerts, notices …), in the transaction that stores them. */
export type Projection = (tx: Tx, site: string, events: readonly LoggedEvent[], now: Millis) => Promise<void>;

export interface Ingested {
  /** Everything up to this seq of the epoch has a final verdict. */
  readonly contiguousSeq: number;
  readonly verdicts: readonly Verdict[];
  readonly stored: number;
}

/**
 * Takes a batch: events, what follows from them, dead letters and the cursor in one transaction. The same batch, sent
 * again or twice at once, changes nothing. All or nothing is stored; a bad event gets its verdict and stops nobody.
 * @throws LiftgateError `denied` when the gateway was revoked meanwhile, `unreachable` or `full` when nothing was stored.
 */
export async function ingest(
  db: Db,
  from: Sender,
  batch: SyncBatch,
  now: Millis,
  projections: readonly Projection[],
): Promise<Ingested> {
  const letters = batch.events.map((raw) => openLetter(raw, from, batch.epoch));
  const store: Store = async (tx, incoming) => {
    const stored = await insertEvents(tx, from.site, incoming, now);
    if (stored.length > 0) for (const project of projections) await project(tx, from.site, stored, now);
    return { stored, refused: new Map() };
  };
  try {
    return await transaction(db, (tx) => take(tx, from, batch, letters, now, store));
  } catch (e) {
    if (!isDataFault(e)) throw e;
    // Something passed our checks and not the database's: find it, so that it alone is refused.
    return await transaction(db, (tx) => take(tx, from, batch, letters, now, oneByOne(store)));
  }
}

type Store = (
  tx: Tx,
  incoming: readonly Incoming[],
) => Promise<{ stored: readonly LoggedEvent[]; refused: Map<number, string> }>;

function oneByOne(store: Store): Store {
  return async (tx, incoming) => {
    const stored: LoggedEvent[] = [];
    const refused = new Map<number, string>();
    for (const one of incoming) {
      await tx.query('SAVEPOINT one');
      try {
        stored.push(...(await store(tx, [one])).stored);
        await tx.query('RELEASE SAVEPOINT one');
      } catch (e) {
        if (!isDataFault(e)) throw e;
        await tx.query('ROLLBACK TO SAVEPOINT one');
        refused.set(one.event.seq, `cannot be stored: ${(e as Error).message}`.slice(0, 400));
      }
    }
    return { stored, refused };
  };
}

async function take(
  tx: Tx,
  from: Sender,
  batch: SyncBatch,
  letters: readonly Letter[],
  now: Millis,
  store: Store,
): Promise<Ingested> {
  // Two batches of one gateway never interleave; other gateways do not wait here.
  const { rowCount } = await tx.query(
    `UPDATE gateways SET last_sync_at = $3, skew_ms = $4, ages = $5
      WHERE site = $1 AND gateway = $2 AND revoked_at IS NULL`,
    [from.site, from.gateway, now, skewOf(batch.sentAt, now), JSON.stringify(batch.ages)],
  );
  if (rowCount === 0) throw new LiftgateError('denied', `gateway ${from.gateway} of site ${from.site} was revoked`);

  const first = new Map<number, Incoming>();
  for (const { incoming } of letters)
    if (incoming && !first.has(incoming.event.seq)) first.set(incoming.event.seq, incoming);
  const { stored, refused } = await store(tx, [...first.values()]);
  const fresh = new Set(stored.map((e) => e.seq));
  const known = [...first.keys()].filter((seq) => !fresh.has(seq) && !refused.has(seq));
  const hashes = known.length === 0 ? new Map() : await storedHashes(tx, from.site, from.gateway, batch.epoch, known);
  for (const e of stored) hashes.set(e.seq, first.get(e.seq)!.hash);

  const verdicts = letters.map((letter) => {
    if (!letter.incoming) return verdictOf(letter.seq, 'rejected', letter.reason);
    const { seq, incoming } = letter;
    const refusal = refused.get(seq);
    if (refusal !== undefined) return verdictOf(seq, 'rejected', refusal);
    if (!incoming.hash.equals(hashes.get(seq)!))
      return verdictOf(seq, 'conflict', 'another event is stored under this key; this one was kept aside');
    // The first letter of a seq is the one that was stored; the same again in one batch is a repetition.
    return verdictOf(seq, fresh.delete(seq) ? 'accepted' : 'duplicate', null);
  });

  await keepAside(tx, from, batch.epoch, letters, verdicts, now);
  const arrived = letters.flatMap((l) => (l.seq === null ? [] : [l.seq]));
  const gaps = stored.flatMap((e) =>
    e.type === 'liftgate.journal.gap.v1' ? [[e.data.fromSeq, e.data.toSeq] as const] : [],
  );
  const contiguousSeq = await markReceived(tx, from, batch.epoch, [...runsOf(arrived), ...gaps]);
  return { contiguousSeq, verdicts, stored: stored.length };
}

/** A seq that could not be read is told as 0, which no event bears. */
function verdictOf(seq: number | null, verdict: Verdict['verdict'], reason: string | null): Verdict {
  return { seq: String(seq ?? 0), verdict, reason };
}

/** Dead letters and quarantine, for a person to look at; a repetition is kept once. */
async function keepAside(
  tx: Tx,
  from: Sender,
  epoch: string,
  letters: readonly Letter[],
  verdicts: readonly Verdict[],
  now: Millis,
): Promise<void> {
  const aside = letters.flatMap((letter, n) => {
    const { verdict, reason } = verdicts[n]!;
    return verdict === 'rejected' || verdict === 'conflict' ? [{ ...letter, verdict, reason: reason ?? verdict }] : [];
  });
  if (aside.length === 0) return;
  await tx.query(
    `INSERT INTO dead_letters (site, gateway, epoch, received_at, seq, verdict, reason, body)
      SELECT $1, $2, $3, $4, * FROM unnest($5::int8[], $6::text[], $7::text[], $8::bytea[]) ON CONFLICT DO NOTHING`,
    [
      from.site,
      from.gateway,
      epoch,
      now,
      aside.map((a) => a.seq),
      aside.map((a) => a.verdict),
      aside.map((a) => a.reason.replaceAll('\0', '\\0')),
      aside.map((a) => Buffer.from(JSON.stringify(a.raw))),
    ],
  );
}

function skewOf(sentAt: string, now: Millis): number | null {
  const at = fromRfc3339(sentAt);
  return at === null ? null : at - now;
}
