import type { z } from 'zod';
import type { CustomerChange, CustomerItem, NewCustomer } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { takePlaces } from '../../store/events.ts';
import { anyPart, type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import type { Recipient } from './rules.ts';

const PURPOSE = 'maintenance';

interface CustomerRow extends Omit<CustomerItem, 'consent'> {
  readonly consent: boolean;
  readonly consent_at: Millis | null;
  readonly consent_source: string | null;
  readonly created_at: Millis;
}

const ROW = `c.site, c.id, c.name, c.email, c.phone, c.locale, c.consent, c.consent_at, c.consent_source, c.created_at,
  (SELECT coalesce(array_agg(v.vin ORDER BY v.vin), '{}') FROM customer_vehicles v
    WHERE v.site = c.site AND v.customer = c.id) AS vins`;

function itemOf({ site, id, name, email, phone, locale, vins, ...row }: CustomerRow): CustomerItem {
  const consent = { maintenance: row.consent, at: row.consent_at, source: row.consent_source };
  return { id, site, name, email, phone, locale, consent, vins };
}

export async function listCustomers(
  db: Queryable,
  sites: readonly string[],
  filter: { q?: string },
  ask: PageAsk,
): Promise<Page<CustomerItem>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<CustomerRow>(
    `SELECT ${ROW} FROM customers c WHERE c.site = ANY($1)
      AND ($2::text IS NULL OR concat_ws(' ', c.name, c.email, c.phone) ILIKE $2
        OR EXISTS (SELECT 1 FROM customer_vehicles v WHERE v.site = c.site AND v.customer = c.id AND v.vin ILIKE $2))
      AND ($3::int8 IS NULL OR (c.created_at, c.id) < ($3, $4::uuid))
      ORDER BY c.created_at DESC, c.id DESC LIMIT $5`,
    [sites, anyPart(filter.q), at, id, ask.limit + 1],
  );
  return pageOf(rows, ask, (c) => [c.created_at, c.id], itemOf);
}

/** @throws LiftgateError `not-found`, also for a customer of a site that is not among `sites`. */
export async function findCustomer(db: Queryable, sites: readonly string[], id: string): Promise<CustomerItem> {
  const { rows } = await db.query<CustomerRow>(`SELECT ${ROW} FROM customers c WHERE c.id = $1 AND c.site = ANY($2)`, [
    id,
    sites,
  ]);
  if (rows[0]) return itemOf(rows[0]);
  throw new LiftgateError('not-found', `there is no customer ${id}`, { about: id });
}

/** Told of what changed about a customer or their cars, in the same transaction. */
export type OnCustomer = (tx: Tx, site: string, vins: readonly string[], now: Millis) => Promise<void>;

/** `by`: who is at the desk; it stands in the ledger of consents. */
export async function createCustomer(
  db: Db,
  asked: z.infer<typeof NewCustomer>,
  by: string,
  now: Millis,
  changed: OnCustomer,
): Promise<CustomerItem> {
  const { site, name, email = null, phone = null, locale, vins, consent } = asked;
  return await transaction(db, async (tx) => {
    await takePlaces(tx, site, 0);
    const { rows } = await tx.query<{ id: string }>(
      'INSERT INTO customers (site, name, email, phone, locale, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
      [site, name, email, phone, locale, now],
    );
    const { id } = rows[0]!;
    if (consent) await recordConsent(tx, site, id, consent, by, now);
    await assign(tx, site, id, vins);
    await changed(tx, site, vins, now);
    return await findCustomer(tx, [site], id);
  });
}

/** @throws LiftgateError `not-found` */
export async function changeCustomer(
  db: Db,
  sites: readonly string[],
  id: string,
  change: z.infer<typeof CustomerChange>,
  by: string,
  now: Millis,
  changed: OnCustomer,
): Promise<CustomerItem> {
  const { site } = await findCustomer(db, sites, id);
  return await transaction(db, async (tx) => {
    await takePlaces(tx, site, 0);
    const old = await findCustomer(tx, [site], id);
    const { name, email, phone, locale } = { ...old, ...change };
    await tx.query('UPDATE customers SET name = $3, email = $4, phone = $5, locale = $6 WHERE site = $1 AND id = $2', [
      site,
      id,
      name,
      email ?? null,
      phone ?? null,
      locale,
    ]);
    if (change.consent && change.consent.maintenance !== old.consent.maintenance)
      await recordConsent(tx, site, id, change.consent, by, now);
    if (change.vins) await assign(tx, site, id, change.vins);
    const after = await findCustomer(tx, [site], id);
    // A telephone number changes nothing about what is sent.
    const said = ({ phone: _, ...rest }: CustomerItem) => JSON.stringify(rest);
    if (said(old) !== said(after)) await changed(tx, site, [...new Set([...old.vins, ...after.vins])], now);
    return after;
  });
}

/** Writes down that a customer agreed, or no longer does. `by`: who was at the desk; null: the customer alone. */
export async function recordConsent(
  tx: Tx,
  site: string,
  id: string,
  { maintenance, source }: { maintenance: boolean; source: string },
  by: string | null,
  now: Millis,
): Promise<void> {
  await tx.query(
    'UPDATE customers SET consent = $3, consent_at = $4, consent_source = $5 WHERE site = $1 AND id = $2',
    [site, id, maintenance, now, source],
  );
  await tx.query(
    'INSERT INTO consents (site, customer, purpose, given, source, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [site, id, PURPOSE, maintenance, source, by, now],
  );
}

/** These cars, and no others, are the customer's. A car has one owner: it leaves whoever had it. */
async function assign(tx: Tx, site: string, id: string, vins: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM customer_vehicles WHERE site = $1 AND customer = $2 AND vin <> ALL($3)', [
    site,
    id,
    vins,
  ]);
  await tx.query(
    `INSERT INTO customer_vehicles (site, vin, customer) SELECT DISTINCT $1, vin, $2::uuid FROM unnest($3::text[]) vin
      ON CONFLICT (site, vin) DO UPDATE SET customer = excluded.customer`,
    [site, id, vins],
  );
}

/** Whose car it is; null where nobody said. */
export async function ownerOf(db: Queryable, site: string, vin: string): Promise<Recipient | null> {
  const { rows } = await db.query<Recipient>(
    `SELECT c.id, c.name, c.email, c.locale, c.consent FROM customer_vehicles v
      JOIN customers c ON c.site = v.site AND c.id = v.customer WHERE v.site = $1 AND v.vin = $2`,
    [site, vin],
  );
  return rows[0] ?? null;
}
