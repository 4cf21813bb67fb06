import type { Millis } from '../../../protocols/time.ts';
import type { Queryable, Tx } from '../../store/pool.ts';
import { ownerOf } from './customer.ts';
import type { Surroundings } from './notice.ts';
import { makeLink, optOutWords } from './opt-out.ts';
import { afterQuiet, obstacle, type Quiet } from './rules.ts';

interface Sendable {
  readonly site: string;
  readonly ref: string;
}

export type Ready =
  | {
      readonly letter: { readonly to: string; readonly subject: string; readonly text: string; readonly stop?: string };
    }
  | { readonly later: Millis }
  | { readonly drop: string };

/**
 * The last look before a notice leaves: consent, quiet hours and age may have changed since it was approved.
 * @param linkBase URL under which customers reach the cloud; null: letters bear no link, only the words to reply with
 */
export function noticesToSend(around: Surroundings, quiet: Quiet, linkBase: () => string | null) {
  return {
    async prepare(tx: Tx, { site, ref }: Sendable, now: Millis): Promise<Ready> {
      const { rows } = await tx.query<{
        vin: string;
        state: string;
        subject: string;
        body: string;
        expires_at: Millis;
      }>('SELECT vin, state, subject, body, expires_at FROM notices WHERE site = $1 AND id = $2 FOR UPDATE', [
        site,
        ref,
      ]);
      const notice = rows[0];
      if (notice?.state !== 'approved') return { drop: `the notice is ${notice?.state ?? 'gone'}` };
      if (notice.expires_at <= now) return { drop: 'expired' };
      const owner = await ownerOf(tx, site, notice.vin);
      const why = obstacle(owner);
      if (why || !owner?.email) {
        await tx.query(`UPDATE notices SET state = 'blocked', why = $3 WHERE site = $1 AND id = $2`, [site, ref, why]);
        return { drop: why ?? 'no-address' };
      }
      const { timezone } = await around.place(tx, site);
      const later = afterQuiet(now, timezone, quiet);
      if (later > now) return { later };
      const { email: to, locale, id: customer } = owner;
      const letter = { to, subject: notice.subject, text: notice.body };
      const base = linkBase();
      if (base === null) return { letter };
      const stop = `${base.replace(/\/+$/, '')}/stop/${await makeLink(tx, { site, customer, notice: ref }, now)}`;
      return { letter: { ...letter, text: letter.text + optOutWords(locale, stop), stop } };
    },

    /** Keeps how it ended. */
    async settled(
      tx: Tx,
      { site, ref }: Sendable,
      outcome: 'sent' | 'failed',
      why: string | null,
      now: Millis,
    ): Promise<void> {
      await tx.query('UPDATE notices SET state = $3, why = $4, sent_at = $5 WHERE site = $1 AND id = $2', [
        site,
        ref,
        outcome,
        why,
        outcome === 'sent' ? now : null,
      ]);
    },
  };
}

/** What nobody sent in time is recorded as such. */
export async function expireNotices(db: Queryable, now: Millis): Promise<void> {
  await db.query(
    `UPDATE notices SET state = 'expired', why = coalesce(why, 'not sent in time')
      WHERE state IN ('proposed', 'blocked', 'approved') AND expires_at <= $1`,
    [now],
  );
}
