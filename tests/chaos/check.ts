import type { CloudRow } from './cloud-log.ts';
import { type GatewayLog, type GatewayRow, readGatewayLog } from './gateway-log.ts';
import { type Find, type Issue, judge } from './oracle.ts';
import { heightOf } from './sources.ts';
import type { World } from './world.ts';

/** What the oracle says at the end. */
export interface Findings {
  readonly issued: number;
  readonly acknowledged: number;
  readonly unsure: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  /** Sent again under new numbers after a clash: out of order by number, in order by time. */
  readonly renumbered: number;
  readonly events: number;
  readonly duplicatesSeen: number;
  readonly epochs: number;
  readonly scrapes: number;
  /** Everything that must not be; empty: all is well. */
  readonly faults: readonly string[];
}

type Row = Pick<GatewayRow | CloudRow, 'epoch' | 'seq' | 'type' | 'subject' | 'time' | 'data'>;

/** Compares what was promised with both logs. The gateway must have ended, the cloud must run. */
export async function check(world: World): Promise<Findings> {
  const { oracle, log } = world;
  const faults = [...world.faults];
  const current = readGatewayLog(world.seat.folder);
  const archives = world.archives.map(readGatewayLog);
  const cloud = await log.rows();
  faults.push(...sound(current));

  // The cloud has what any of the stores ever held, unchanged, and nothing else.
  const known = new Map<string, Set<string>>();
  for (const { rows } of [current, ...archives])
    for (const r of rows) {
      const key = `${r.epoch}-${r.seq}`;
      known.set(key, (known.get(key) ?? new Set()).add(r.hash));
    }
  const inCloud = new Map(cloud.map((r) => [`${r.epoch}-${r.seq}`, r]));
  const aside = new Set((await log.deadLetters()).map((d) => `${d.epoch}-${d.seq}`));
  // What the end itself made (devices that went away) waits for the next start.
  const sent = current.rows.filter((r) => !current.waiting.has(r.row) && !current.givenUp.has(r.row));
  const absent = sent.filter((r) => !inCloud.has(`${r.epoch}-${r.seq}`) && !aside.has(`${r.epoch}-${r.seq}`));
  if (absent.length > 0)
    faults.push(`cloud log: ${absent.length} events of the gateway are missing, ${keysOf(absent)}`);
  const altered = cloud.filter(
    (r) => known.has(`${r.epoch}-${r.seq}`) && !known.get(`${r.epoch}-${r.seq}`)!.has(r.hash),
  );
  if (altered.length > 0) faults.push(`provenance: ${altered.length} bodies differ, ${keysOf(altered)}`);
  const unknown = cloud.filter((r) => !known.has(`${r.epoch}-${r.seq}`));
  if (unknown.length > 0) faults.push(`provenance: ${unknown.length} events that no store has, ${keysOf(unknown)}`);
  for (const { epoch, ranges, top } of await log.received())
    if (ranges > 1 && current.epochs.includes(epoch))
      faults.push(`integrity: the cloud has ${ranges} pieces of epoch ${epoch} up to ${top}`);

  const order = [...new Set([...archives.flatMap((a) => a.epochs), ...current.epochs])];
  const place = (r: Row) => order.indexOf(r.epoch) * 1e9 + r.seq;
  const sorted = cloud.toSorted((a, b) => place(a) - place(b));
  const sum = { lost: 0, doubled: 0, disordered: 0, renumbered: 0 };
  const logs: [string, readonly Row[]][] = [['cloud', sorted]];
  // A store that was put back from a backup, or begun anew, need not have all.
  if (archives.length === 0) logs.push(['gateway', current.rows]);
  for (const [name, rows] of logs)
    for (const device of oracle.devices()) {
      const issues = oracle.issuesOf(device);
      const findsIn = (some: readonly Row[]) =>
        device.startsWith('lift') ? liftFinds(issues, some, device) : scanFinds(some, device);
      const byNumber = judge(issues, findsIn(rows));
      const byTime = judge(issues, findsIn(rows.toSorted((x, y) => x.time - y.time)));
      const isRenumbered = byNumber.disordered.length > 0 && byTime.disordered.length === 0;
      if (isRenumbered) sum.renumbered += byNumber.disordered.length;
      const verdict = isRenumbered ? byTime : byNumber;
      for (const what of ['lost', 'doubled', 'disordered', 'strange'] as const) {
        if (what !== 'strange') sum[what] += verdict[what].length;
        if (verdict[what].length > 0)
          faults.push(
            `${what} in the ${name}'s log: ${verdict[what].length} of ${device}: ${verdict[what].slice(0, 6).join('; ')}`,
          );
      }
    }
  const issued = oracle.devices().reduce((n, d) => n + oracle.issuesOf(d).length, 0);
  return {
    issued,
    acknowledged: oracle.count('acknowledged'),
    unsure: oracle.count('unsure') + oracle.count('open'),
    ...sum,
    events: cloud.length,
    duplicatesSeen: world.scrapes.duplicates,
    epochs: order.length,
    scrapes: world.scrapes.ok,
    faults,
  };
}

function sound(log: GatewayLog): string[] {
  const faults: string[] = [];
  if (log.integrity !== 'ok') faults.push(`integrity: ${log.integrity}`);
  const { produced, acknowledged, queued, dropped, waiting, orphans } = log;
  if (produced !== acknowledged + queued + dropped || waiting.size !== queued || orphans > 0)
    faults.push(
      `conservation on disk: ${JSON.stringify({ produced, acknowledged, queued, dropped, waiting: waiting.size, orphans })}`,
    );
  return faults;
}

const keysOf = (rows: readonly Row[]) =>
  rows
    .slice(0, 4)
    .map((r) => `${r.epoch}-${r.seq} ${r.type}`)
    .join(', ');

function scanFinds(rows: readonly Row[], device: string): Find[] {
  return rows
    .filter((r) => r.type === 'liftgate.scan.v1' && r.data.device === device && r.data.text?.startsWith(`${device}.`))
    .map((r) => ({ n: Number(r.data.text!.slice(device.length + 1)), where: `${r.epoch}-${r.seq}` }));
}

/**
 * Heights come round: each is read as the id of that height that lies nearest to where the log stands. After a clock that was
 * set back the bay is unknown, and how its lift stands is told anew: that is no second effect.
 */
function liftFinds(issues: readonly Issue[], rows: readonly Row[], device: string): Find[] {
  const subject = `bay/B${device.slice('lift-'.length)}`;
  const byHeight = Map.groupBy(issues, (i) => heightOf(i.n));
  const finds: Find[] = [];
  let last = 0;
  let isForgotten = false;
  for (const r of rows.filter((row) => row.subject === subject)) {
    isForgotten ||= r.data.rule === 'clock-set-back';
    if (r.type !== 'liftgate.bay.lift.v1') continue;
    const candidates = byHeight.get(r.data.heightMm ?? -1) ?? [];
    const n = candidates.reduce(
      (best, { n }) => (Math.abs(n - last - 1) < Math.abs(best - last - 1) ? n : best),
      candidates[0]?.n ?? 0,
    );
    const isToldAnew = isForgotten && heightOf(last) === heightOf(n);
    isForgotten = false;
    if (isToldAnew) continue;
    last = n;
    finds.push({ n, where: `${r.epoch}-${r.seq}` });
  }
  return finds;
}
