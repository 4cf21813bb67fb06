import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { NewOrder, OrderChange, OrderItem } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { appendOwn, type LoggedEvent, takePlaces } from '../../store/events.ts';
import { anyPart, type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import { type Db, type Queryable, sqlState, type Tx, transaction } from '../../store/pool.ts';
import { type OnSettled, proposeVerified } from './case.ts';
import { isLater, type Mark } from './newest.ts';
import { checkTransition, holdIn, orderEvent, stateInBay } from './rules.ts';

const ITEM = `order_id AS "order", site, vin, plate, model, customer, bay, state, hold, promised_at AS "promisedAt",
  standard_minutes AS "standardMinutes", job, rework, repaired, created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function listOrders(
  db: Queryable,
  sites: readonly string[],
  filter: { open?: boolean; vin?: string; q?: string },
  ask: PageAsk,
): Promise<Page<OrderItem>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<OrderItem>(
    `SELECT ${ITEM} FROM orders WHERE site = ANY($1)
      AND ($2::bool IS NULL OR (state NOT IN ('closed', 'cancelled')) = $2)
      AND ($3::text IS NULL OR vin = $3)
      AND ($4::text IS NULL OR concat_ws(' ', order_id, vin, plate, model, job) ILIKE $4)
      AND ($5::int8 IS NULL OR (created_at, order_id) < ($5, $6))
      ORDER BY created_at DESC, order_id DESC LIMIT $7`,
    [sites, filter.open ?? null, filter.vin ?? null, anyPart(filter.q), at, id, ask.limit + 1],
  );
  return pageOf(
    rows,
    ask,
    (o) => [o.createdAt, o.order],
    (o) => o,
  );
}

/** @throws LiftgateError `not-found` */
export async function findOrder(db: Queryable, site: string, order: string, lock = false): Promise<OrderItem> {
  const { rows } = await db.query<OrderItem>(
    `SELECT ${ITEM} FROM orders WHERE site = $1 AND order_id = $2 ${lock ? 'FOR UPDATE' : ''}`,
    [site, order],
  );
  if (rows[0]) return rows[0];
  throw new LiftgateError('not-found', `site ${site} has no work order ${order}`, { about: order });
}

/** Opens an order and tells the workshop, in one transaction. @throws LiftgateError `conflict` when its number is taken. */
export async function createOrder(db: Db, asked: z.infer<typeof NewOrder>, now: Millis): Promise<OrderItem> {
  const { site, vin = null } = asked;
  try {
    return await transaction(db, async (tx) => {
      // The site's log first, as everywhere: transactions that take locks in one order never wait for each other in a ring.
      await takePlaces(tx, site, 0);
      const { rows: known } = await tx.query<{ plate: string | null; model: string | null }>(
        'SELECT plate, model FROM vehicles WHERE site = $1 AND vin = $2',
        [site, vin],
      );
      const { rows } = await tx.query<OrderItem>(
        `INSERT INTO orders (site, order_id, vin, plate, model, customer, bay, state, promised_at, standard_minutes, job,
            created_at, updated_at, rework)
          VALUES ($1, $2, $3, $4, $5, $6, $7, 'expected', $8, $9, $10, $11, $11, $12) RETURNING ${ITEM}`,
        [
          site,
          asked.order ?? newNumber(),
          vin,
          asked.plate ?? known[0]?.plate ?? null,
          asked.model ?? known[0]?.model ?? null,
          asked.customer ?? null,
          asked.bay ?? null,
          asked.promisedAt ?? null,
          asked.standardMinutes ?? null,
          asked.job ?? null,
          now,
          asked.rework ?? false,
        ],
      );
      const order = rows[0]!;
      if (vin) await rememberVehicle(tx, order);
      await appendOwn(tx, site, [orderEvent(order)], now);
      return order;
    });
  } catch (e) {
    if (sqlState(e) !== '23505') throw e;
    const text = `site ${site} has a work order ${asked.order} already; choose another number or leave it out`;
    throw new LiftgateError('conflict', text, { about: 'order' });
  }
}

/** Standard minutes of orders, by id; those without one are left out. */
export async function standardMinutes(
  db: Queryable,
  site: string,
  orders: readonly string[],
): Promise<Map<string, number>> {
  if (orders.length === 0) return new Map();
  const { rows } = await db.query<{ order: string; minutes: number }>(
    `SELECT order_id AS "order", standard_minutes AS minutes FROM orders
      WHERE site = $1 AND order_id = ANY($2) AND standard_minutes IS NOT NULL`,
    [site, orders],
  );
  return new Map(rows.map((r) => [r.order, r.minutes]));
}

/** Eight digits: short enough for a label, and 100 million of them to a site. */
function newNumber(): string {
  return `WO-${String(randomInt(100_000_000)).padStart(8, '0')}`;
}

/** An order for a car that was never here: what the advisor typed is all that is known of it. */
async function rememberVehicle(tx: Tx, { site, vin, plate, model, createdAt }: OrderItem): Promise<void> {
  await tx.query(
    `INSERT INTO vehicles AS v (site, vin, plate, model, plate_at, model_at) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (site, vin) DO UPDATE SET plate = coalesce($3, v.plate), model = coalesce($4, v.model),
        plate_at = greatest(v.plate_at, $5), model_at = greatest(v.model_at, $6)`,
    [site, vin, plate, model, plate === null ? 0 : createdAt, model === null ? 0 : createdAt],
  );
}

/** Changes an order as far as the rules allow, and tells the workshop. @throws LiftgateError `not-found`, `conflict` */
export async function changeOrder(
  db: Db,
  site: string,
  order: string,
  change: z.infer<typeof OrderChange>,
  now: Millis,
  settled: OnSettled,
): Promise<OrderItem> {
  return await transaction(db, async (tx) => {
    await takePlaces(tx, site, 0);
    const old = await findOrder(tx, site, order, true);
    const state = change.state ?? old.state;
    checkTransition(order, old.state, state);
    const done = await save(tx, { ...old, ...change, state }, now);
    const { vin, repaired } = done;
    if (state === 'closed' && vin !== null && repaired) await settled(tx, site, vin, repaired, 'repaired');
    return done;
  });
}

async function save(tx: Tx, wanted: OrderItem, now: Millis): Promise<OrderItem> {
  const next: OrderItem = { ...wanted, hold: holdIn(wanted.state, wanted.hold), updatedAt: now };
  const { site, order, state, hold, promisedAt, bay, job, rework = false, repaired = null, vin } = next;
  await tx.query(
    `UPDATE orders SET state = $3, hold = $4, promised_at = $5, bay = $6, job = $7, updated_at = $8, rework = $9,
        repaired = $10 WHERE site = $1 AND order_id = $2`,
    [site, order, state, hold, promisedAt, bay, job, now, rework, repaired],
  );
  if (state === 'closed' && vin !== null && repaired !== null)
    await proposeVerified(tx, site, { vin, order, repaired });
  await appendOwn(tx, site, [orderEvent(next)], now);
  return next;
}

interface Begun {
  readonly begunAt: Millis | null;
  readonly begunSeq: number | null;
  readonly begunBay: string | null;
}

/**
 * The car of an order stands in a bay: work begins, in the bay where it stood first, also when that is told late. Its
 * leaving closes nothing; only a person can say "done", and what a person says of the bay stays.
 */
export async function startWork(tx: Tx, site: string, events: readonly LoggedEvent[], now: Millis): Promise<void> {
  const first = new Map<string, { readonly bay: string } & Mark>();
  for (const e of events) {
    if (e.type !== 'liftgate.bay.vehicle.v1' || e.data.order === null) continue;
    const known = first.get(e.data.order);
    if (!known || isLater(known, e)) first.set(e.data.order, { bay: e.data.bay, time: e.time, seq: e.seq });
  }
  if (first.size === 0) return;
  const { rows } = await tx.query<OrderItem & Begun>(
    `SELECT ${ITEM}, begun_at AS "begunAt", begun_seq AS "begunSeq", begun_bay AS "begunBay" FROM orders
      WHERE site = $1 AND order_id = ANY($2) ORDER BY order_id FOR UPDATE`,
    [site, [...first.keys()]],
  );
  for (const { begunAt, begunSeq, begunBay, ...order } of rows) {
    const { bay, time, seq } = first.get(order.order)!;
    const state = stateInBay(order.state);
    const began = begunAt === null ? null : { time: begunAt, seq: begunSeq! };
    const isOpen = order.state !== 'closed' && order.state !== 'cancelled';
    const wasEarlier = isOpen && order.bay === begunBay && began !== null && isLater(began, { time, seq });
    if (!state && !wasEarlier) continue;
    if (state || bay !== order.bay) await save(tx, { ...order, state: state ?? order.state, bay }, now);
    await tx.query(
      'UPDATE orders SET begun_at = $3, begun_seq = $4, begun_bay = $5 WHERE site = $1 AND order_id = $2',
      [site, order.order, time, seq, bay],
    );
  }
}
