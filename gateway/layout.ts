import { NORMAL_SILENCE } from '../config/schema/devices.ts';
import type { GatewayConfig } from '../config/schema.ts';
import { type EventData, event } from '../protocols/event.ts';
import type { Millis } from '../protocols/time.ts';
import type { Store } from './store/store.ts';

/** The device under which the scan box of the site page speaks: there without being configured. */
export const SCAN_BOX = { id: 'site-page', kind: 'scanner' } as const;
/** The device under which the MQTT line itself stands. */
const BROKER = 'mqtt';

type Layout = EventData<'liftgate.site.layout.v1'>;

/** Names, order and limits of the site, as its views need them. */
export function layoutOf({ site, bays, devices, mqtt, shift }: GatewayConfig): Layout {
  const broker = { device: BROKER, name: 'MQTT', kind: 'broker', bay: null, silenceMs: null } as const;
  return {
    name: site.name,
    timezone: site.timezone,
    bays: bays.map(({ id, name, sort }) => ({ bay: id, name: name ?? id, sort })),
    devices: [
      ...devices.map((d): Layout['devices'][number] => {
        const silence = d.silence ?? NORMAL_SILENCE[d.kind];
        const watched = d.kind === 'camera' ? [...new Set(d.rules.map((r) => r.bay))] : [];
        const bay = d.bay ?? (watched.length === 1 ? watched[0]! : null);
        const silenceMs = silence === null ? null : Math.round(silence * 1_000);
        const more = watched.length > 1 ? { bays: watched } : {};
        return { device: d.id, name: d.name ?? d.id, kind: d.kind, bay, silenceMs, ...more };
      }),
      ...(mqtt ? [broker] : []),
    ],
    hours: {
      days: shift.days,
      open: shift.open,
      close: shift.close,
      holidays: shift.holidays,
      special: shift.special.map(({ date, open, close }) => ({ date, open, close })),
    },
  };
}

/** Tells the layout, where it is not the one that was told last. */
export async function tellLayout(store: Store<unknown, never>, layout: Layout, now: Millis): Promise<void> {
  const text = JSON.stringify(layout);
  if (store.note('layout') === text) return;
  await store.journal.record([event('liftgate.site.layout.v1', now, layout)], () => store.setNote('layout', text));
}
