import type { GatewayItem } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { Id } from '../../../protocols/event.ts';
import { GATEWAY_PREFIX } from '../../../protocols/sync.ts';
import type { Millis } from '../../../protocols/time.ts';
import { CLOUD } from '../../store/events.ts';
import type { Sender } from '../../store/letter.ts';
import { numbersOf } from '../../store/numbers.ts';
import { type Db, type Queryable, transaction } from '../../store/pool.ts';
import { newToken, sha256 } from './token.ts';

/** Who bears this credential; asked at each call, so that a revoked gateway is out at once. */
export async function gatewayOf(db: Queryable, token: string): Promise<Sender | null> {
  if (!token.startsWith(GATEWAY_PREFIX)) return null;
  const { rows } = await db.query<Sender>({
    name: 'gateway-of',
    text: 'SELECT site, gateway FROM gateways WHERE token_sha256 = $1 AND revoked_at IS NULL',
    values: [sha256(token)],
  });
  return rows[0] ?? null;
}

/**
 * Registers a gateway, and its site where that is new. A revoked gateway gets a new credential and keeps its log.
 * @param credential a new one where none is given.
 * @returns the credential, which is shown this once.
 * @throws LiftgateError `conflict` when a gateway of this name is there and not revoked.
 */
export async function createGateway(
  db: Db,
  site: string,
  gateway: string,
  now: Millis,
  credential = newToken(GATEWAY_PREFIX),
): Promise<{ gateway: GatewayItem; credential: string }> {
  for (const [about, id] of [
    ['site', site],
    ['gateway', gateway],
  ] as const)
    if (!Id.safeParse(id).success)
      throw new LiftgateError('invalid', `"${id}" cannot be the id of a ${about}`, { about });
  if (gateway === CLOUD)
    throw new LiftgateError('invalid', `the name "${CLOUD}" is our own; take another`, { about: 'gateway' });
  return await transaction(db, async (tx) => {
    // Its first sync tells the true name and time zone.
    await tx.query(`INSERT INTO sites (site, name, timezone) VALUES ($1, $1, 'UTC') ON CONFLICT DO NOTHING`, [site]);
    const { rows } = await tx.query<Row>(
      `INSERT INTO gateways AS g (site, gateway, token_sha256, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (site, gateway) DO UPDATE SET token_sha256 = $3, created_at = $4, revoked_at = NULL,
          -- Whoever else had the old credential is out.
          instance = NULL, formers = '{}', taken_at = NULL, twin_at = NULL
        WHERE g.revoked_at IS NOT NULL RETURNING ${ITEM}`,
      [site, gateway, sha256(credential), now],
    );
    const [made] = await withNumbers(tx, rows, now);
    if (made) return { gateway: made, credential };
    throw new LiftgateError('conflict', `gateway ${gateway} of site ${site} is there already; revoke it first`, {
      about: 'gateway',
    });
  });
}

const ITEM = 'site, gateway, created_at AS "createdAt", revoked_at AS "revokedAt", last_sync_at AS "lastSyncAt"';

type Row = Omit<GatewayItem, 'numbers'>;

export async function listGateways(db: Queryable, sites: readonly string[], now: Millis): Promise<GatewayItem[]> {
  const { rows } = await db.query<Row>(`SELECT ${ITEM} FROM gateways WHERE site = ANY($1) ORDER BY site, gateway`, [
    sites,
  ]);
  return await withNumbers(db, rows, now);
}

async function withNumbers(db: Queryable, rows: readonly Row[], now: Millis): Promise<GatewayItem[]> {
  const counted = await numbersOf(db, [...new Set(rows.map((r) => r.site))], now);
  return rows.map((row) => {
    const found = counted.find((c) => c.site === row.site && c.gateway === row.gateway);
    if (!found) return { ...row, numbers: null };
    const { site: _, gateway: __, lastSyncAt: ___, ...numbers } = found;
    return { ...row, numbers };
  });
}

/** @throws LiftgateError `not-found` */
export async function revokeGateway(db: Queryable, site: string, gateway: string, now: Millis): Promise<void> {
  const { rowCount } = await db.query(
    'UPDATE gateways SET revoked_at = coalesce(revoked_at, $3) WHERE site = $1 AND gateway = $2',
    [site, gateway, now],
  );
  if (rowCount === 0) throw new LiftgateError('not-found', `site ${site} has no gateway ${gateway}`);
}
