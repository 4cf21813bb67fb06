import type { VehicleStory, VehicleSummary } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type EventType, Vin } from '../../../protocols/event.ts';
import { type SignalName, signalSpec } from '../../../protocols/signal.ts';
import type { Millis } from '../../../protocols/time.ts';
import { readVin } from '../../../protocols/vin.ts';
import { codesOf, type LoggedEvent, scansOf } from '../../store/events.ts';
import { anyPart, type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import { numberArray, type Queryable, type Tx, textArray } from '../../store/pool.ts';
import { casesOf } from './case.ts';
import { codeLives } from './code-life.ts';
import { isLater, type Mark, NEVER, newestOf } from './newest.ts';
import { visitsOf } from './visit.ts';

interface VehicleRow extends Omit<VehicleSummary, 'maker'> {
  readonly site: string;
}

const ROW = `v.site, v.vin, v.plate, v.model, v.last_seen_at AS "lastSeenAt",
  (SELECT s.bay FROM visits s WHERE s.site = v.site AND s.vin = v.vin AND s.end_at IS NULL
    ORDER BY s.start_at DESC LIMIT 1) AS bay,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('flag', f.flag, 'state', f.data -> 'state', 'severity', f.data -> 'severity')
    ORDER BY f.flag), '[]') FROM vehicle_flags f WHERE f.site = v.site AND f.vin = v.vin) AS flags,
  (SELECT count(*)::int FROM alerts a WHERE a.site = v.site AND a.vin = v.vin AND a.state = 'raised') AS "openAlerts"`;

/** Who built it stands in the VIN. */
function summaryOf({ site: _site, ...row }: VehicleRow): VehicleSummary {
  return { ...row, maker: readVin(row.vin).maker };
}

export async function listVehicles(
  db: Queryable,
  sites: readonly string[],
  filter: { q?: string },
  ask: PageAsk,
): Promise<Page<VehicleSummary>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<VehicleRow>(
    `SELECT ${ROW} FROM vehicles v WHERE v.site = ANY($1)
      AND ($2::text IS NULL OR concat_ws(' ', v.vin, v.plate, v.model) ILIKE $2)
      AND ($3::int8 IS NULL OR (coalesce(v.last_seen_at, 0), v.vin) < ($3, $4))
      ORDER BY coalesce(v.last_seen_at, 0) DESC, v.vin DESC LIMIT $5`,
    [sites, anyPart(filter.q), at, id, ask.limit + 1],
  );
  return pageOf(rows, ask, (v) => [v.lastSeenAt ?? 0, v.vin], summaryOf);
}

/** What the service module knows of a car; customer, orders and notices are added by who asks. */
export type ServiceStory = Omit<VehicleStory, 'customer' | 'orders' | 'notices'>;

/** @throws LiftgateError `not-found` */
export async function storyOf(db: Queryable, site: string, vin: string): Promise<ServiceStory> {
  const { rows } = await db.query<VehicleRow>(`SELECT ${ROW} FROM vehicles v WHERE v.site = $1 AND v.vin = $2`, [
    site,
    vin,
  ]);
  if (!rows[0]) throw new LiftgateError('not-found', `site ${site} does not know the car ${vin}`, { about: vin });
  const scans = (await scansOf(db, site, vin, 50)) as Of<'liftgate.scan.v1'>[];
  const codes = (await codesOf(db, site, vin, 50)) as Of<'liftgate.vehicle.codes.v1'>[];
  const { rows: signals } = await db.query<{ signal: SignalName; value: number | null; at: Millis }>(
    'SELECT signal, value, at FROM vehicle_signals WHERE site = $1 AND vin = $2 ORDER BY signal',
    [site, vin],
  );
  const { rows: flags } = await db.query<{ data: { flag: string; state: string }; at: Millis }>(
    'SELECT data, marked_at AS at FROM vehicle_flags WHERE site = $1 AND vin = $2 ORDER BY flag',
    [site, vin],
  );
  return {
    vehicle: summaryOf(rows[0]),
    visits: await visitsOf(db, site, vin),
    scans: scans.map(({ time, data: { kind, text, device, bay, checkDigit } }) => ({
      at: time,
      kind,
      text,
      device,
      bay,
      checkDigit,
    })),
    codes: codes.map(({ time, data: { status, codes, lamp } }) => ({ at: time, status, codes, lamp })),
    readings: signals.map((s) => ({ ...s, unit: signalSpec(s.signal).unit })),
    flags: flags.map((f) => ({ ...f.data, at: f.at })),
    cases: await casesOf(db, site, { vin }),
    codeLife: codeLives(codes.map(({ time, data }) => ({ at: time, data }))),
  };
}

export interface CarWords {
  readonly plate: string | null;
  readonly model: string | null;
}

/** What people call these cars; a car that is not known is left out. */
export async function carWords(db: Queryable, site: string, vins: readonly string[]): Promise<Map<string, CarWords>> {
  const { rows } = await db.query<CarWords & { vin: string }>(
    'SELECT vin, plate, model FROM vehicles WHERE site = $1 AND vin = ANY($2)',
    [site, vins],
  );
  return new Map(rows.map((r) => [r.vin, { plate: r.plate, model: r.model }]));
}

type Of<T extends EventType> = Extract<LoggedEvent, { type: T }>;

type Named = Of<'liftgate.bay.vehicle.v1'>;

/**
 * Cars that the events of a batch speak of: when they were seen last, and the newest word on what they are called; plate
 * and model each by themselves, since an event may know only one of them. One statement.
 */
export async function projectVehicles(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const seen = new Map<string, { at: Millis; plate: Named | null; model: Named | null }>();
  for (const e of events) {
    const vin = vinOf(e);
    if (vin === null) continue;
    const old = seen.get(vin) ?? { at: 0, plate: null, model: null };
    const newest = (key: 'plate' | 'model') =>
      e.type === 'liftgate.bay.vehicle.v1' && e.data[key] !== null && isLater(e, old[key] ?? NEVER) ? e : old[key];
    seen.set(vin, { at: Math.max(e.time, old.at), plate: newest('plate'), model: newest('model') });
  }
  if (seen.size === 0) return;
  const cars = [...seen].sort(([a], [b]) => (a < b ? -1 : 1));
  const column = <T>(of: (c: (typeof cars)[number][1]) => T) => cars.map(([, c]) => of(c));
  const newest = (name: string) =>
    ['', '_at', '_seq'].map(
      (end) => `${name}${end} = CASE WHEN (excluded.${name}_at, excluded.${name}_seq) > (v.${name}_at, v.${name}_seq)
          THEN excluded.${name}${end} ELSE v.${name}${end} END`,
    );
  await tx.query({
    name: 'project-vehicles',
    text: `INSERT INTO vehicles AS v (site, vin, last_seen_at, plate, plate_at, plate_seq, model, model_at, model_seq)
      SELECT $1, * FROM unnest($2::text[], $3::int8[], $4::text[], $5::int8[], $6::int8[], $7::text[], $8::int8[], $9::int8[])
      ON CONFLICT (site, vin) DO UPDATE SET last_seen_at = greatest(v.last_seen_at, excluded.last_seen_at),
        ${[...newest('plate'), ...newest('model')].join()}`,
    values: [
      site,
      textArray(cars.map(([vin]) => vin)),
      numberArray(column((c) => c.at)),
      textArray(column((c) => c.plate?.data.plate ?? null)),
      numberArray(column((c) => c.plate?.time ?? 0)),
      numberArray(column((c) => c.plate?.seq ?? 0)),
      textArray(column((c) => c.model?.data.model ?? null)),
      numberArray(column((c) => c.model?.time ?? 0)),
      numberArray(column((c) => c.model?.seq ?? 0)),
    ],
  });
}

function vinOf(e: LoggedEvent): string | null {
  switch (e.type) {
    case 'liftgate.scan.v1':
      return e.data.kind === 'vin' && Vin.safeParse(e.data.text).success ? e.data.text : null;
    case 'liftgate.bay.vehicle.v1':
    case 'liftgate.vehicle.codes.v1':
    case 'liftgate.vehicle.readings.v1':
    case 'liftgate.vehicle.flag.v1':
      return e.data.vin;
    default:
      return null;
  }
}

/** The newest value of each signal of each car, in one statement. */
export async function projectSignals(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const newest = new Map<string, { vin: string; signal: string; value: number | null } & Mark>();
  for (const e of events) {
    if (e.type !== 'liftgate.vehicle.readings.v1') continue;
    for (const [signal, value] of Object.entries(e.data.values)) {
      const key = `${e.data.vin} ${signal}`;
      const { time, seq } = e;
      if (isLater(e, newest.get(key) ?? NEVER)) newest.set(key, { vin: e.data.vin, signal, value, time, seq });
    }
  }
  if (newest.size === 0) return;
  const values = [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, v]) => v);
  await tx.query({
    name: 'project-signals',
    text: `INSERT INTO vehicle_signals AS s (site, vin, signal, value, at, seq)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::float8[], $5::int8[], $6::int8[])
      ON CONFLICT (site, vin, signal) DO UPDATE SET value = excluded.value, at = excluded.at, seq = excluded.seq
      WHERE (s.at, s.seq) < (excluded.at, excluded.seq)`,
    values: [
      site,
      textArray(values.map((v) => v.vin)),
      textArray(values.map((v) => v.signal)),
      numberArray(values.map((v) => v.value)),
      numberArray(values.map((v) => v.time)),
      numberArray(values.map((v) => v.seq)),
    ],
  });
}

/** The newest word on each maintenance flag, in one statement. */
export async function projectFlags(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const told = events.filter((e) => e.type === 'liftgate.vehicle.flag.v1');
  const flags = newestOf(told, (e) => `${e.data.vin} ${e.data.flag}`);
  if (flags.length === 0) return;
  await tx.query({
    name: 'project-flags',
    text: `INSERT INTO vehicle_flags AS f (site, vin, flag, data, marked_at, marked_seq)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::jsonb[], $5::int8[], $6::int8[])
      ON CONFLICT (site, vin, flag) DO UPDATE SET data = excluded.data, marked_at = excluded.marked_at,
        marked_seq = excluded.marked_seq
      WHERE (f.marked_at, f.marked_seq) < (excluded.marked_at, excluded.marked_seq)`,
    values: [
      site,
      flags.map((e) => e.data.vin),
      flags.map((e) => e.data.flag),
      flags.map((e) => JSON.stringify(e.data)),
      flags.map((e) => e.time),
      flags.map((e) => e.seq),
    ],
  });
}

/**
 * Without the words on flags that a newer one has overtaken: lanes overtake each other, and nobody is to be told of what
 * was taken back meanwhile. To be asked after `projectFlags`, in its transaction.
 */
export async function withoutOldFlags(
  tx: Tx,
  site: string,
  events: readonly LoggedEvent[],
): Promise<readonly LoggedEvent[]> {
  const told = events.filter((e) => e.type === 'liftgate.vehicle.flag.v1');
  if (told.length === 0) return events;
  const { rows } = await tx.query<{ key: string; at: Millis; seq: number }>(
    `SELECT vin || ' ' || flag AS key, marked_at AS at, marked_seq AS seq FROM vehicle_flags
      WHERE site = $1 AND vin = ANY($2) AND flag = ANY($3)`,
    [site, told.map((e) => e.data.vin), told.map((e) => e.data.flag)],
  );
  const newest = new Map(rows.map((r) => [r.key, r]));
  return events.filter((e) => {
    if (e.type !== 'liftgate.vehicle.flag.v1') return true;
    const mark = newest.get(`${e.data.vin} ${e.data.flag}`);
    return mark === undefined || (mark.at === e.time && mark.seq === e.seq);
  });
}
