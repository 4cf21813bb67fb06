import { type EventBody, type EventData, event } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { clearBay } from './alerts.ts';
import type { BayState } from './bay.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { evidenceOf } from './fusion.ts';
import type { Claim, Claims } from './identity.ts';
import { join, settle } from './site.ts';
import { bayState, deviceRecord, type EngineState, trustOf, withBay, withDevice } from './state.ts';

/**
 * Taking a wrong scan back. A scan leaves behind what it changed, field by field, with the values before and after; to
 * undo it puts a value back only where nothing has changed it since: what others said meanwhile stays.
 */
type ScanKind = EventData<'liftgate.scan.v1'>['kind'];

export interface TakenScan {
  readonly at: Millis;
  readonly kind: ScanKind;
  readonly bay: string | null;
  /** The bay label that the scanner had read before. */
  readonly label: { readonly id: string; readonly at: Millis } | null;
  readonly bays: Readonly<Record<string, BayChange>>;
}

interface BayChange {
  readonly fields: readonly FieldChange[];
  readonly claims: { readonly gone: Claims; readonly added: Claims };
}

interface FieldChange {
  readonly path: readonly string[];
  /** Left out: there was nothing. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** So many scans of one scanner can be taken back, the last first. */
const KEPT = 5;
/** Sums are made from what is told, and what was told is told anew: neither is put back by itself. */
const FOLLOWS: readonly string[] = ['claims', 'told', 'track', 'toldLeaf', 'toldOpen', 'watch', 'workStay'];
const DEPTH = 3;
/** No stay has this name, so what is said of the work is told again. */
const TELL_AGAIN = '';

/** Remembers with the scanner what a scan changed. */
export function keepScan(
  ctx: Context,
  before: EngineState,
  after: EngineState,
  device: string,
  scan: Pick<TakenScan, 'at' | 'kind' | 'bay'>,
): EngineState {
  const bays: Record<string, BayChange> = {};
  for (const id of ctx.bays) {
    const [was, is] = [bayState(before, id), bayState(after, id)];
    if (was !== is) bays[id] = changeOf(was, is);
  }
  const record = deviceRecord(after, device);
  const taken: TakenScan = { ...scan, label: deviceRecord(before, device).bay, bays };
  return withDevice(after, device, { ...record, scans: [...(record.scans ?? []), taken].slice(-KEPT) });
}

/** The last scan of a scanner that is not older than `withinMs`, taken back; null when there is none. */
export function undoScan(
  ctx: Context,
  state: EngineState,
  device: string,
  at: Millis,
  now: Millis,
  withinMs: number,
): { readonly step: Step<EngineState>; readonly undone: TakenScan } | null {
  const record = deviceRecord(state, device);
  const undone = record.scans?.at(-1);
  if (!undone || at - undone.at > withinMs) return null;
  let step: Step<EngineState> = {
    state: withDevice(state, device, { ...record, bay: undone.label, scans: record.scans!.slice(0, -1) }),
    events: [],
  };
  for (const [id, change] of Object.entries(undone.bays)) step = join(step, putBack(ctx, step.state, id, change, now));
  return { step, undone };
}

function changeOf(was: BayState, is: BayState): BayChange {
  const fields = differences(was, is, []).filter(({ path }) => !FOLLOWS.includes(path[0]!));
  const gone = was.claims.filter((c) => !has(is.claims, c));
  const added = is.claims.filter((c) => !has(was.claims, c));
  return { fields, claims: { gone, added } };
}

function putBack(ctx: Context, state: EngineState, id: string, change: BayChange, now: Millis): Step<EngineState> {
  const is = bayState(state, id);
  let b = is;
  for (const field of change.fields) {
    if (same(valueAt(b, field.path), field.after)) b = withValue(b, field.path, field.before) as BayState;
  }
  const kept = b.claims.filter((c) => !has(change.claims.added, c));
  const gone = change.claims.gone.filter((c) => !has(kept, c));
  const claims = [...kept, ...gone].sort((x, y) => x.at - y.at);
  b = { ...b, claims, ...(b.work === is.work ? {} : { workStay: TELL_AGAIN }) };
  const events: EventBody[] = [];
  let { alerts } = state;
  const another = b.stay?.id !== is.stay?.id;
  if (another) {
    b = { ...b, told: null };
    if (b.stay === null) {
      const cleared = clearBay({ alerts, events: [] }, id, now);
      alerts = cleared.alerts;
      events.push(...cleared.events);
    }
  }
  if (another || b.occupancy.shown !== is.occupancy.shown || b.occupancy.bookedSince !== is.occupancy.bookedSince) {
    events.push(
      event('liftgate.bay.occupancy.v1', now, {
        bay: id,
        state: b.occupancy.shown,
        since: b.occupancy.bookedSince,
        stay: b.stay?.id ?? null,
        confidence: null,
        rule: 'scan-undone',
        evidence: evidenceOf(b.occupancy, trustOf(ctx, state, now)),
      }),
    );
  }
  const next = withBay(alerts === state.alerts ? state : { ...state, alerts }, id, b);
  return join({ state: next, events }, settle(ctx, next, id, now, 0));
}

type Fields = Readonly<Record<string, unknown>>;

/** What differs between two values of plain JSON, down to a depth; lists are compared as a whole. */
function differences(before: unknown, after: unknown, path: readonly string[]): FieldChange[] {
  if (before === after) return [];
  if (path.length < DEPTH && isFields(before) && isFields(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (same(before, after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), from);
}

function withValue(into: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const fields = isFields(into) ? into : {};
  const inner = withValue(fields[key], rest, value);
  if (inner !== undefined) return { ...fields, [key]: inner };
  const { [key]: _gone, ...others } = fields;
  return others;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function has(claims: Claims, claim: Claim): boolean {
  return claims.some((c) => same(c, claim));
}
