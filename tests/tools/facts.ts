import { type EventBody, type EventData, event } from '../../protocols/event.ts';

/** Short words for events of a workshop; only what a test is about needs to be named. */

export const layout = (time: number, name = 'Demo Service', timezone = 'Asia/Shanghai'): EventBody =>
  event('liftgate.site.layout.v1', time, {
    name,
    timezone,
    bays: [{ bay: 'B1', name: '1', sort: 'lift' }],
    devices: [{ device: 'cam-1', name: 'cam-1', kind: 'camera', bay: 'B1', silenceMs: 30_000 }],
  });

export const scan = (time: number, vin: string, device = 'scanner-1'): EventBody =>
  event('liftgate.scan.v1', time, { device, kind: 'vin', text: vin, bay: 'B1', checkDigit: 'right' });

export const occupancy = (
  time: number,
  state: EventData<'liftgate.bay.occupancy.v1'>['state'],
  stay: string | null,
  bay = 'B1',
): EventBody =>
  event('liftgate.bay.occupancy.v1', time, {
    bay,
    state,
    since: time,
    stay,
    confidence: 0.9,
    rule: 'test',
    evidence: [],
  });

export const vehicle = (
  time: number,
  stay: string,
  vin: string,
  more: Partial<EventData<'liftgate.bay.vehicle.v1'>> = {},
): EventBody =>
  event('liftgate.bay.vehicle.v1', time, {
    bay: 'B1',
    stay,
    vin,
    plate: '沪A12345',
    model: 'Lavida',
    order: null,
    promisedAt: null,
    by: 'scan',
    conflict: null,
    ...more,
  });

export const alert = (
  time: number,
  id: string,
  state: 'raised' | 'cleared',
  more: Partial<EventData<'liftgate.alert.v1'>> = {},
): EventBody =>
  event('liftgate.alert.v1', time, {
    alert: id,
    kind: 'device-offline',
    state,
    severity: 'warning',
    since: time,
    bay: 'B1',
    device: 'cam-1',
    vin: null,
    detail: { minutes: 3 },
    ...more,
  });

export const flag = (
  time: number,
  vin: string,
  state: EventData<'liftgate.vehicle.flag.v1'>['state'] = 'raised',
  more: Partial<EventData<'liftgate.vehicle.flag.v1'>> = {},
): EventBody =>
  event('liftgate.vehicle.flag.v1', time, {
    vin,
    flag: 'battery',
    state,
    severity: 'warning',
    confidence: 0.8,
    series: [{ at: time, value: 9.8 }],
    unit: 'V',
    watch: 10,
    act: 9.6,
    forecast: [],
    due: { early: time + 5 * 86_400_000, likely: time + 12 * 86_400_000, late: null },
    caveats: [],
    rule: 'crank-voltage',
    ...more,
  });

export const readings = (time: number, vin: string, values: Record<string, number | null>): EventBody =>
  event('liftgate.vehicle.readings.v1', time, { vin, device: 'obd-1', bay: 'B1', values });

export const codes = (time: number, vin: string, list: string[]): EventBody =>
  event('liftgate.vehicle.codes.v1', time, {
    vin,
    device: 'obd-1',
    bay: 'B1',
    status: 'stored',
    codes: list,
    lamp: true,
  });
