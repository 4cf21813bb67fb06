import type { CallItem, Contact } from '../../../protocols/api/flags.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type Db, type Queryable, transaction } from '../../store/pool.ts';

type Owner = NonNullable<CallItem['customer']>;

/** `138••••5678`: enough to tell two numbers apart, not enough to call. A short one is hidden whole. */
function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length < 8 ? '••••' : `${digits.slice(0, 3)}••••${digits.slice(-4)}`;
}

/** `w•••@example.com`. */
function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}•••${email.slice(at)}`;
}

/** Owners of cars as a list shows them, by VIN. */
export async function maskedOwners(db: Queryable, site: string, vins: readonly string[]): Promise<Map<string, Owner>> {
  if (vins.length === 0) return new Map();
  const { rows } = await db.query<Owner & { vin: string }>(
    `SELECT v.vin, c.id, c.name, c.consent, c.phone, c.email FROM customer_vehicles v
      JOIN customers c ON c.site = v.site AND c.id = v.customer WHERE v.site = $1 AND v.vin = ANY($2)`,
    [site, vins],
  );
  return new Map(
    rows.map(({ vin, phone, email, ...c }) => [
      vin,
      { ...c, phone: phone === null ? null : maskPhone(phone), email: email === null ? null : maskEmail(email) },
    ]),
  );
}

/**
 * Shows how to reach the owner of a car, and writes down who looked.
 * @throws LiftgateError `not-found`, or `conflict` (`no-consent`) where they did not agree to be told of predictions
 */
export async function showContact(
  db: Db,
  site: string,
  customer: string,
  vin: string,
  person: string,
  now: Millis,
): Promise<Contact> {
  return await transaction(db, async (tx) => {
    const { rows } = await tx.query<Contact & { consent: boolean }>(
      `SELECT c.phone, c.email, c.consent FROM customers c JOIN customer_vehicles v ON v.site = c.site AND v.customer = c.id
        WHERE c.site = $1 AND c.id = $2 AND v.vin = $3`,
      [site, customer, vin],
    );
    if (!rows[0]) throw new LiftgateError('not-found', `there is no customer ${customer} with the car ${vin}`);
    const { consent, phone, email } = rows[0];
    if (!consent)
      throw new LiftgateError('conflict', 'the customer has not agreed to be told of predicted maintenance', {
        about: 'no-consent',
      });
    await tx.query('INSERT INTO contact_views (site, customer, vin, person, at) VALUES ($1, $2, $3, $4, $5)', [
      site,
      customer,
      vin,
      person,
      now,
    ]);
    return { phone, email };
  });
}
