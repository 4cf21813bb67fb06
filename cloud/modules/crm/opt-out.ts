import { createHash, randomBytes } from 'node:crypto';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { takePlaces } from '../../store/events.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import { type OnCustomer, recordConsent } from './customer.ts';
import type { Recipient } from './rules.ts';

/** How the customer said it: on the page behind the link, or by the button of the mail program (RFC 8058). */
export type OptOutSource = 'opt-out-link' | 'list-unsubscribe';

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** Makes the link of one letter, and gives its token: 256 random bits, so it can neither be guessed nor tell anything. */
export async function makeLink(
  tx: Tx,
  of: { readonly site: string; readonly customer: string; readonly notice: string },
  now: Millis,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query(
    'INSERT INTO letter_links (token_sha256, site, customer, notice, made_at) VALUES ($1, $2, $3, $4, $5)',
    [hashOf(token), of.site, of.customer, of.notice, now],
  );
  return token;
}

export interface Link {
  readonly site: string;
  readonly locale: Recipient['locale'];
  readonly usedAt: Millis | null;
}

/** What stands behind a link. @throws LiftgateError `not-found` */
export async function findLink(db: Queryable, token: string): Promise<Link> {
  const { rows } = await db.query<Link>(
    `SELECT l.site, c.locale, l.used_at AS "usedAt" FROM letter_links l
      JOIN customers c ON c.site = l.site AND c.id = l.customer WHERE l.token_sha256 = $1`,
    [hashOf(token)],
  );
  if (rows[0]) return rows[0];
  throw new LiftgateError('not-found', 'this link is not complete, or the customer is no longer known');
}

/**
 * Ends the reminders of the customer behind a link, and writes down how and when. The same again changes nothing.
 * @throws LiftgateError `not-found`
 */
export async function optOut(
  db: Db,
  token: string,
  source: OptOutSource,
  now: Millis,
  changed: OnCustomer,
): Promise<Link> {
  const { site } = await findLink(db, token);
  return await transaction(db, async (tx) => {
    await takePlaces(tx, site, 0);
    const { rows } = await tx.query<{ customer: string; consent: boolean }>(
      `UPDATE letter_links l SET used_at = $2 FROM customers c WHERE l.token_sha256 = $1 AND l.used_at IS NULL
        AND c.site = l.site AND c.id = l.customer RETURNING l.customer, c.consent`,
      [hashOf(token), now],
    );
    if (rows[0]?.consent) {
      const { customer } = rows[0];
      await recordConsent(tx, site, customer, { maintenance: false, source }, null, now);
      const { rows: cars } = await tx.query<{ vin: string }>(
        'SELECT vin FROM customer_vehicles WHERE site = $1 AND customer = $2',
        [site, customer],
      );
      const vins = cars.map((c) => c.vin);
      await changed(tx, site, vins, now);
    }
    return await findLink(tx, token);
  });
}

const WORDS = {
  'zh-CN': '不想再收到这类提醒？点开此链接即可退订，无需登录：',
  en: 'To end these reminders, open this link; no sign-in is needed:',
} as const;

/** What stands under a letter. */
export function optOutWords(locale: Recipient['locale'], url: string): string {
  return `\n${WORDS[locale]}\n${url}\n`;
}
