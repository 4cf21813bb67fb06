import type { NoticeItem } from '../../../protocols/api/console.ts';
import type { Appointment } from '../../../protocols/api/flags.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Severity } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import { ownerOf } from './customer.ts';
import { afterQuiet, FRESH_MS, obstacle, type Quiet } from './rules.ts';

/** What the other rooms know and this one needs. */
export interface Surroundings {
  cars(
    db: Queryable,
    site: string,
    vins: readonly string[],
  ): Promise<Map<string, { plate: string | null; model: string | null }>>;
  place(db: Queryable, site: string): Promise<{ name: string; timezone: string }>;
  /** Half a day that could be offered before `early`; null: none is free. */
  offer(db: Queryable, site: string, early: Millis | null, now: Millis): Promise<Appointment | null>;
}

/** Puts a message on its way, once for each key. False: one of this key is on its way or was sent. */
export type Enqueue = (
  tx: Tx,
  job: { site: string; key: string; ref: string; runAfter: Millis; expiresAt: Millis },
) => Promise<boolean>;

interface NoticeRow {
  readonly site: string;
  readonly id: string;
  readonly vin: string;
  readonly flag: string;
  readonly span: number;
  readonly severity: Severity;
  readonly state: NoticeItem['state'];
  readonly why: string | null;
  readonly due_early: Millis | null;
  readonly due_likely: Millis | null;
  readonly due_km: NoticeItem['dueKm'];
  readonly appointment: Appointment | null;
  readonly subject: string;
  readonly body: string;
  readonly created_at: Millis;
  readonly expires_at: Millis;
  readonly approved_by: string | null;
  readonly send_after: Millis | null;
  readonly sent_at: Millis | null;
  readonly customer_id: string | null;
  readonly customer_name: string | null;
  readonly customer_email: string | null;
  readonly customer_consent: boolean | null;
}

/** The owner is shown as of now; to whom a notice went stands in `customer` of the table. */
const FROM = `SELECT n.*, c.id AS customer_id, c.name AS customer_name, c.email AS customer_email, c.consent AS customer_consent
  FROM notices n LEFT JOIN customer_vehicles v ON v.site = n.site AND v.vin = n.vin
  LEFT JOIN customers c ON c.site = n.site AND c.id = coalesce(n.customer, v.customer)`;

export async function listNotices(
  db: Queryable,
  around: Surroundings,
  sites: readonly string[],
  filter: { state?: string; vin?: string },
  ask: PageAsk,
): Promise<Page<NoticeItem>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<NoticeRow>(
    `${FROM} WHERE n.site = ANY($1) AND ($2::text IS NULL OR n.state = $2) AND ($3::text IS NULL OR n.vin = $3)
      AND ($4::int8 IS NULL OR (n.created_at, n.id) < ($4, $5::uuid))
      ORDER BY n.created_at DESC, n.id DESC LIMIT $6`,
    [sites, filter.state ?? null, filter.vin ?? null, at, id, ask.limit + 1],
  );
  const page = pageOf(
    rows,
    ask,
    (n) => [n.created_at, n.id],
    (n) => n,
  );
  return { items: await itemsOf(db, around, page.items), next: page.next };
}

async function itemsOf(db: Queryable, around: Surroundings, rows: readonly NoticeRow[]): Promise<NoticeItem[]> {
  const items: NoticeItem[] = [];
  for (const [site, ofSite] of Map.groupBy(rows, (r) => r.site)) {
    const cars = await around.cars(db, site, [...new Set(ofSite.map((r) => r.vin))]);
    for (const row of ofSite) items.push(itemOf(row, cars.get(row.vin)));
  }
  const place = new Map(rows.map((r, n) => [r.id, n]));
  return items.sort((a, b) => place.get(a.id)! - place.get(b.id)!);
}

function itemOf(n: NoticeRow, car: { plate: string | null; model: string | null } | undefined): NoticeItem {
  const { customer_id: id, customer_name: name, customer_email: email, customer_consent: consent } = n;
  return {
    id: n.id,
    site: n.site,
    vin: n.vin,
    plate: car?.plate ?? null,
    model: car?.model ?? null,
    customer: id === null ? null : { id, name: name ?? '', email, consent: consent === true },
    flag: n.flag,
    severity: n.severity,
    state: n.state,
    why: n.why,
    dueEarly: n.due_early,
    dueLikely: n.due_likely,
    dueKm: n.due_km ?? null,
    appointment: n.appointment,
    subject: n.subject,
    body: n.body,
    createdAt: n.created_at,
    approvedBy: n.approved_by,
    sendAfter: n.send_after,
    sentAt: n.sent_at,
  };
}

interface Desk {
  readonly around: Surroundings;
  readonly sites: readonly string[];
  /** Name of the person who decides. */
  readonly by: string;
  readonly now: Millis;
}

/**
 * An advisor lets a proposed notice go out: at once, or after the quiet hours of the site.
 * @throws LiftgateError `not-found`, or `conflict` when it is not (or no longer) fit to be sent.
 */
export async function approve(db: Db, id: string, desk: Desk, quiet: Quiet, enqueue: Enqueue): Promise<NoticeItem> {
  return await decide(db, id, desk, async (tx, n) => {
    mustBe(n, ['proposed']);
    const owner = await ownerOf(tx, n.site, n.vin);
    const why = obstacle(owner);
    if (why) throw new LiftgateError('conflict', `notice ${id} may not be sent as things are: ${why}`, { about: why });
    if (n.expires_at <= desk.now)
      throw new LiftgateError('conflict', `notice ${id} is out of date`, { about: 'expired' });
    const { timezone } = await desk.around.place(tx, n.site);
    const sendAfter = afterQuiet(desk.now, timezone, quiet);
    // Someone has just confirmed it: that makes it news again, for the time that quiet hours may take from it too.
    const expiresAt = sendAfter + FRESH_MS;
    const job = { site: n.site, key: `notice/${n.flag}/${n.vin}/${n.span}`, ref: id, runAfter: sendAfter, expiresAt };
    if (!(await enqueue(tx, job)))
      throw new LiftgateError('conflict', `the customer was told of this before; notice ${id} would be the second`);
    await tx.query(
      `UPDATE notices SET state = 'approved', why = NULL, customer = $3, approved_by = $4, approved_at = $5, send_after = $6,
        expires_at = $7 WHERE site = $1 AND id = $2`,
      [n.site, id, owner!.id, desk.by, desk.now, sendAfter, expiresAt],
    );
  });
}

/** Nobody is to be told. Also stops an approved one that has not left yet. @throws LiftgateError `not-found`, `conflict` */
export async function dismiss(db: Db, id: string, desk: Desk, reason: string): Promise<NoticeItem> {
  return await decide(db, id, desk, async (tx, n) => {
    mustBe(n, ['proposed', 'blocked', 'approved']);
    await tx.query(`UPDATE notices SET state = 'dismissed', why = $3 WHERE site = $1 AND id = $2`, [
      n.site,
      id,
      reason,
    ]);
  });
}

async function decide(
  db: Db,
  id: string,
  { around, sites }: Desk,
  change: (tx: Tx, n: NoticeRow) => Promise<void>,
): Promise<NoticeItem> {
  return await transaction(db, async (tx) => {
    const { rows } = await tx.query<NoticeRow>(`${FROM} WHERE n.id = $1 AND n.site = ANY($2) FOR UPDATE OF n`, [
      id,
      sites,
    ]);
    if (!rows[0]) throw new LiftgateError('not-found', `there is no notice ${id}`, { about: id });
    await change(tx, rows[0]);
    const { rows: after } = await tx.query<NoticeRow>(`${FROM} WHERE n.id = $1 AND n.site = $2`, [id, rows[0].site]);
    return (await itemsOf(tx, around, after))[0]!;
  });
}

function mustBe(n: NoticeRow, states: readonly NoticeItem['state'][]): void {
  if (states.includes(n.state)) return;
  const text = `notice ${n.id} is ${n.state}${n.why ? ` (${n.why})` : ''}; expected it to be ${states.join(' or ')}`;
  throw new LiftgateError('conflict', text, { about: n.state });
}
