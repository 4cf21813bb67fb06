import { type EventBody, type EventData, event } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';

type AlertData = EventData<'liftgate.alert.v1'>;
type Standing = Omit<AlertData, 'state'>;
/** Alerts that stand, by what they are about: kind and subject. */
export type Alerts = Readonly<Record<string, Standing>>;

export interface AlertStep {
  readonly alerts: Alerts;
  readonly events: EventBody[];
}

/** What to say when it is so; the id and the start are the engine's. */
export type Concern = Pick<AlertData, 'kind' | 'severity' | 'detail'> &
  Partial<Pick<AlertData, 'bay' | 'device' | 'vin'>> & { readonly since?: Millis };

const index = new WeakMap<Alerts, ReadonlyMap<string, ReadonlySet<AlertData['kind']>>>();

/** The kinds of alerts that stand, by subject. Asked for each bay and device in each second, made once for each change. */
export function standingOf(alerts: Alerts): ReadonlyMap<string, ReadonlySet<AlertData['kind']>> {
  const known = index.get(alerts);
  if (known) return known;
  const made = new Map<string, Set<AlertData['kind']>>();
  for (const [key, { kind }] of Object.entries(alerts)) {
    const subject = key.slice(kind.length + 1);
    const kinds = made.get(subject);
    if (kinds) kinds.add(kind);
    else made.set(subject, new Set([kind]));
  }
  index.set(alerts, made);
  return made;
}

/**
 * Raises an alert once: while one about the same stands, it is told again only where it has become more or less
 * severe, or its car stands in another bay now.
 */
export function raise(step: AlertStep, subject: string, concern: Concern, now: Millis): AlertStep {
  const key = `${concern.kind}/${subject}`;
  if (Object.hasOwn(step.alerts, key)) {
    const old = step.alerts[key]!;
    const bay = concern.bay ?? null;
    if (old.severity === concern.severity && old.bay === bay) return step;
    return tell(step, key, { ...old, severity: concern.severity, bay, detail: concern.detail }, now);
  }
  const standing: Standing = {
    alert: `${concern.kind}.${subject}.${now.toString(36)}`.slice(0, 128),
    kind: concern.kind,
    severity: concern.severity,
    since: concern.since ?? now,
    bay: concern.bay ?? null,
    device: concern.device ?? null,
    vin: concern.vin ?? null,
    detail: concern.detail,
  };
  return tell(step, key, standing, now);
}

function tell(step: AlertStep, key: string, standing: Standing, now: Millis): AlertStep {
  const told = event('liftgate.alert.v1', now, { ...standing, state: 'raised' });
  return { alerts: { ...step.alerts, [key]: standing }, events: [...step.events, told] };
}

/** Clears the alert about a subject, if it stands: once, under the id that it was raised with. */
export function clear(step: AlertStep, kind: AlertData['kind'], subject: string, now: Millis): AlertStep {
  const key = `${kind}/${subject}`;
  if (!Object.hasOwn(step.alerts, key)) return step;
  const { [key]: gone, ...rest } = step.alerts;
  const told = event('liftgate.alert.v1', now, { ...gone!, state: 'cleared' });
  return { alerts: rest, events: [...step.events, told] };
}

/** What is said of a bay or its devices, and not of the car in it. */
const NOT_OF_THE_CAR: readonly AlertData['kind'][] = [
  'device-offline',
  'bay-empty',
  'no-car',
  'sensor-conflict',
  'bay-noisy',
];

/** Clears what a bay's car has raised, when the car is gone. */
export function clearBay(step: AlertStep, bay: string, now: Millis): AlertStep {
  let s = step;
  for (const [key, a] of Object.entries(step.alerts)) {
    if (a.bay === bay && !NOT_OF_THE_CAR.includes(a.kind)) s = clear(s, a.kind, key.slice(a.kind.length + 1), now);
  }
  return s;
}
