import type { z } from 'zod';
import type {
  AlertItem,
  CustomerItem,
  GatewayItem,
  GatewayNumbers,
  MailItem,
  NoticeItem,
  OrderItem,
  Person,
  SiteNames,
  SiteSummary,
  VehicleStory,
  VehicleSummary,
} from '../../protocols/api/console.ts';
import type { SiteStatus } from '../../protocols/api/site.ts';
import { type FakeFlags, noFlags, raisedCase, someFlags } from './fake-flags.ts';
import { busyLedger, emptyLedger, type FakeLedger } from './fake-ledger.ts';

/** What the fake console API tells: one workshop in Shanghai, in the shapes of the contract, seen at `now`. */
export interface FakeWorkshop {
  people: (Person & { password: string })[];
  sites: SiteSummary[];
  alerts: AlertItem[];
  vehicles: VehicleSummary[];
  stories: Map<string, VehicleStory>;
  orders: OrderItem[];
  customers: CustomerItem[];
  notices: NoticeItem[];
  gateways: GatewayItem[];
  mailbox: MailItem[] | null;
  names: SiteNames;
  ledger: FakeLedger;
  flags: FakeFlags;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SITE = 'jingan';

export const MANAGER = {
  id: 'p-1',
  name: '陈静',
  email: 'manager@example.com',
  role: 'manager',
  locale: 'zh-CN',
  password: 'a-long-password',
} as const;

/** Of a gateway that is well. */
export const NUMBERS: GatewayNumbers = {
  ...{ received: 48_213, accepted: 48_190, duplicate: 23, conflict: 0, rejected: 0 },
  ...{
    queued: 0,
    oldestMs: null,
    delayMs: 340,
    skewMs: -12,
    skewed: false,
    twinAt: null,
    twin: false,
    lost: [],
    dead: 0,
  },
};

export function emptyWorkshop(now: number): FakeWorkshop {
  return {
    people: [MANAGER],
    sites: [
      {
        site: SITE,
        name: '静安服务中心',
        timezone: 'Asia/Shanghai',
        gateways: [{ gateway: 'gw-1', lastSyncAt: now - 1_200, behind: 0, numbers: NUMBERS }],
      },
    ],
    alerts: [],
    vehicles: [],
    stories: new Map(),
    orders: [],
    customers: [],
    notices: [],
    gateways: [],
    mailbox: [],
    names: { bays: [], devices: [] },
    ledger: emptyLedger(),
    flags: noFlags(now),
  };
}

/** A working day: cars in bays, alerts of each severity, a battery that fades, notices in each state. */
export function busyWorkshop(now: number): FakeWorkshop {
  const vehicles = [...CARS.map((c, i) => summary(c, i, now)), ...fleet(now)];
  const notices = noticesAt(now);
  const orders = ordersAt(now);
  const stories = new Map(vehicles.map((v) => [v.vin, story(v, orders, notices, now)]));
  return {
    ...emptyWorkshop(now),
    names: NAMES,
    ledger: busyLedger(now),
    alerts: alertsAt(now),
    flags: someFlags(CARS, now),
    vehicles,
    stories,
    orders,
    notices,
    customers: CUSTOMERS.map((c) => ({
      ...c,
      consent: { ...c.consent, at: c.consent.maintenance ? now - 90 * DAY : null },
    })),
    gateways: [
      {
        ...{ site: SITE, gateway: 'gw-1', createdAt: now - 200 * DAY, revokedAt: null, lastSyncAt: now - 1_200 },
        numbers: NUMBERS,
      },
      {
        site: SITE,
        gateway: 'gw-old',
        createdAt: now - 400 * DAY,
        revokedAt: now - 200 * DAY,
        lastSyncAt: now - 200 * DAY,
        numbers: null,
      },
    ],
    mailbox: [
      {
        id: 'm-1',
        at: now - 26 * HOUR,
        from: '静安服务中心 <service@example.com>',
        to: 'li.na@example.com',
        subject: '您的 Passat 建议检查冷却系统',
        text: '李娜您好：\n\n车辆最近几次启动后升温偏慢。建议到店检查节温器，大约需要 30 分钟。\n\n退订：回复“退订”即可。',
      },
    ],
  };
}

const NAMES: SiteNames = {
  bays: [
    { bay: 'bay-1', name: '一号举升机' },
    { bay: 'bay-2', name: '二号举升机' },
    { bay: 'bay-3', name: '四轮定位' },
    { bay: 'bay-4', name: '洗车位' },
  ],
  devices: [
    { device: 'cam-3', name: '3 号工位摄像机' },
    { device: 'lift-2', name: '2 号举升机' },
    { device: 'obd-4', name: '4 号工位 OBD' },
    { device: 'scan-1', name: '接待台扫码枪' },
  ],
};

const CARS = [
  { vin: 'LSVAM4187C2184841', plate: '沪A·5K218', model: 'Passat', maker: 'SAIC Volkswagen', bay: 'bay-1' },
  { vin: 'LFV2A2156K3033127', plate: '沪B·91E07', model: 'Magotan', maker: 'FAW-Volkswagen', bay: 'bay-2' },
  { vin: 'LVHRU1881P5014466', plate: '沪C·77H30', model: 'CR-V', maker: 'Dongfeng Honda', bay: 'bay-4' },
  { vin: 'LBEYFAKD2FY212608', plate: null, model: 'Tucson', maker: 'Beijing Hyundai', bay: null },
  { vin: 'WBA8E9C52GK648231', plate: '沪D·20M66', model: '320Li', maker: 'BMW', bay: null },
] as const;

function summary(c: (typeof CARS)[number], i: number, now: number): VehicleSummary {
  const flags: VehicleSummary['flags'] =
    i === 0
      ? [
          { flag: 'battery', state: 'raised', severity: 'warning' },
          { flag: 'warm-up', state: 'watch', severity: 'info' },
        ]
      : i === 1
        ? [{ flag: 'battery', state: 'learning', severity: 'info' }]
        : [];
  return { ...c, lastSeenAt: i === 3 ? null : now - (i + 1) * 37 * MINUTE, flags, openAlerts: [2, 0, 1, 0, 0][i] ?? 0 };
}

/** Enough cars for a second and a third page. */
function fleet(now: number): VehicleSummary[] {
  return Array.from({ length: 47 }, (_, i) => ({
    vin: `LGXC16DF0J0${String(100_000 + i)}`,
    plate: `沪F·${String(10_000 + i * 37)}`,
    model: i % 3 === 0 ? 'Qin Plus' : 'Song Pro',
    maker: 'BYD',
    lastSeenAt: now - (i + 4) * DAY,
    bay: null,
    flags: [],
    openAlerts: 0,
  }));
}

function alertsAt(now: number): AlertItem[] {
  const open = { site: SITE, state: 'raised', clearedAt: null, acknowledgedBy: null, acknowledgedAt: null } as const;
  return [
    {
      ...open,
      id: 'a-code',
      kind: 'severe-code',
      severity: 'severe',
      since: now - 12 * MINUTE,
      bay: 'bay-4',
      device: 'obd-4',
      vin: CARS[2].vin,
      detail: { codes: ['P0217', 'P0300'] },
    },
    {
      ...open,
      id: 'a-stay',
      kind: 'bay-overstay',
      severity: 'warning',
      since: now - 41 * MINUTE,
      bay: 'bay-2',
      device: null,
      vin: CARS[1].vin,
      detail: { minutes: 221, order: 'WO-1042' },
    },
    {
      ...open,
      id: 'a-flag',
      kind: 'flag-raised',
      severity: 'warning',
      since: now - 3 * HOUR,
      bay: 'bay-1',
      device: null,
      vin: CARS[0].vin,
      detail: { flag: 'battery', rule: 'trend-reaches-act', due: now + 17 * DAY },
    },
    {
      ...open,
      id: 'a-device',
      kind: 'device-offline',
      severity: 'info',
      since: now - 5 * HOUR,
      bay: 'bay-3',
      device: 'cam-3',
      vin: null,
      detail: { kind: 'camera', reason: 'wrong-password' },
      acknowledgedBy: '陈静',
      acknowledgedAt: now - 4 * HOUR,
    },
  ];
}

function ordersAt(now: number): OrderItem[] {
  const base = { site: SITE, hold: null, createdAt: now - 5 * HOUR, updatedAt: now - HOUR, customer: null } as const;
  const of = (i: 0 | 1 | 2 | 3 | 4) => ({ vin: CARS[i].vin, plate: CARS[i].plate, model: CARS[i].model });
  return [
    {
      ...base,
      ...of(0),
      order: 'WO-1041',
      bay: 'bay-1',
      state: 'in-progress',
      promisedAt: now + 95 * MINUTE,
      standardMinutes: 90,
      job: '60,000 km 保养',
      customer: 'c-1',
    },
    {
      ...base,
      ...of(1),
      order: 'WO-1042',
      bay: 'bay-2',
      state: 'in-progress',
      hold: 'parts',
      promisedAt: now - 20 * MINUTE,
      standardMinutes: 180,
      job: '更换水泵',
    },
    {
      ...base,
      ...of(2),
      order: 'WO-1043',
      bay: 'bay-4',
      state: 'checked-in',
      promisedAt: now + 3 * HOUR,
      standardMinutes: null,
      job: '故障诊断',
    },
    {
      ...base,
      ...of(3),
      order: 'WO-1044',
      bay: null,
      state: 'expected',
      promisedAt: null,
      standardMinutes: null,
      job: null,
    },
    {
      ...base,
      ...of(4),
      order: 'WO-1040',
      bay: null,
      state: 'ready',
      promisedAt: now + 30 * MINUTE,
      standardMinutes: 60,
      job: '更换前刹车片',
    },
  ];
}

function noticesAt(now: number): NoticeItem[] {
  const base = { site: SITE, flag: 'battery', approvedBy: null, sendAfter: null, sentAt: null } as const;
  const due = { dueEarly: now + 9 * DAY, dueLikely: now + 17 * DAY };
  const body =
    '王磊您好：\n\n根据最近 14 次启动的电压，您爱车的蓄电池可能在 17 天左右低于可靠启动所需的水平。建议来店做一次免费检测，约 15 分钟。\n\n静安服务中心';
  const of = (i: 0 | 1 | 2 | 3 | 4) => ({ vin: CARS[i].vin, plate: CARS[i].plate, model: CARS[i].model });
  return [
    {
      ...base,
      ...of(0),
      ...due,
      id: 'n-1',
      customer: { id: 'c-1', name: '王磊', email: 'wang.lei@example.com', consent: true },
      severity: 'warning',
      state: 'proposed',
      why: null,
      subject: '您的 Passat 建议检测蓄电池',
      body,
      createdAt: now - 3 * HOUR,
    },
    {
      ...base,
      ...of(1),
      ...due,
      id: 'n-2',
      customer: { id: 'c-2', name: '李娜', email: 'li.na@example.com', consent: false },
      severity: 'warning',
      state: 'blocked',
      why: 'no-consent',
      subject: '您的 Magotan 建议检测蓄电池',
      body,
      createdAt: now - 4 * HOUR,
    },
    {
      ...base,
      ...of(2),
      id: 'n-3',
      flag: 'warm-up',
      customer: null,
      severity: 'info',
      state: 'blocked',
      why: 'no-customer',
      dueEarly: null,
      dueLikely: null,
      subject: '您的 CR-V 建议检查冷却系统',
      body,
      createdAt: now - 6 * HOUR,
    },
    {
      ...base,
      ...of(4),
      ...due,
      id: 'n-4',
      flag: 'warm-up',
      customer: { id: 'c-2', name: '李娜', email: 'li.na@example.com', consent: true },
      severity: 'info',
      state: 'sent',
      why: null,
      subject: '您的 Passat 建议检查冷却系统',
      body,
      createdAt: now - 30 * HOUR,
      approvedBy: '陈静',
      sendAfter: now - 28 * HOUR,
      sentAt: now - 26 * HOUR,
    },
    {
      ...base,
      ...of(3),
      ...due,
      id: 'n-5',
      customer: { id: 'c-1', name: '王磊', email: 'wang.lei@example.com', consent: true },
      severity: 'warning',
      state: 'approved',
      why: null,
      subject: '您的 Tucson 建议检测蓄电池',
      body,
      createdAt: now - 2 * HOUR,
      approvedBy: '陈静',
      sendAfter: now + 9 * HOUR,
    },
  ];
}

const CUSTOMERS: CustomerItem[] = [
  {
    id: 'c-1',
    site: SITE,
    name: '王磊',
    email: 'wang.lei@example.com',
    phone: '138 0000 1041',
    locale: 'zh-CN',
    consent: { maintenance: true, at: null, source: '纸质签字' },
    vins: [CARS[0].vin, CARS[3].vin],
  },
  {
    id: 'c-2',
    site: SITE,
    name: '李娜',
    email: 'li.na@example.com',
    phone: null,
    locale: 'zh-CN',
    consent: { maintenance: false, at: null, source: null },
    vins: [CARS[1].vin],
  },
  {
    id: 'c-3',
    site: SITE,
    name: 'Anna Berger',
    email: null,
    phone: '+49 170 0000000',
    locale: 'en',
    consent: { maintenance: false, at: null, source: null },
    vins: [],
  },
];

function story(v: VehicleSummary, orders: OrderItem[], notices: NoticeItem[], now: number): VehicleStory {
  const seen = v.lastSeenAt !== null;
  const rich = v.vin === CARS[0].vin;
  return {
    vehicle: v,
    customer: rich ? { id: 'c-1', name: '王磊' } : null,
    visits: seen
      ? [
          {
            visit: `${v.vin}-2`,
            bay: v.bay ?? 'bay-1',
            start: now - 3 * HOUR,
            end: v.bay ? null : now - HOUR,
            order: rich ? 'WO-1041' : null,
          },
        ]
      : [],
    scans: seen
      ? [
          {
            at: now - 3 * HOUR + 40_000,
            kind: 'vin',
            text: v.vin,
            device: 'scan-1',
            bay: v.bay,
            checkDigit: rich ? 'right' : 'wrong',
          },
        ]
      : [],
    codes: rich
      ? [
          { at: now - 2.9 * HOUR, status: 'stored', codes: ['P0128'], lamp: true },
          { at: now - 2.9 * HOUR, status: 'pending', codes: ['P0301'], lamp: true },
        ]
      : [],
    readings: rich
      ? [
          { signal: 'obd.coolant', value: 86, unit: 'Cel', at: now - 40_000 },
          { signal: 'obd.rpm', value: 812.25, unit: '1/min', at: now - 40_000 },
          { signal: 'obd.module-voltage', value: 13.92, unit: 'V', at: now - 41_000 },
          { signal: 'obd.ltft-1', value: -3.1, unit: '%', at: now - 44_000 },
          { signal: 'obd.fuel-level', value: null, unit: '%', at: now - 44_000 },
          { signal: 'obd.odometer', value: 59_884, unit: 'km', at: now - 2 * HOUR },
        ]
      : [],
    flags: rich
      ? [batteryFlag(v.vin, now), warmUpFlag(v.vin, now)]
      : v.flags.map((f) => learningFlag(v.vin, f.flag, now)),
    cases: rich ? [raisedCase(v.vin, 'battery', SITE, now)] : [],
    codeLife: rich
      ? [
          { code: 'P0128', state: 'stored', firstAt: now - 40 * DAY, lastAt: now - 3 * HOUR, returned: true },
          { code: 'P0301', state: 'pending', firstAt: now - 3 * HOUR, lastAt: now - 3 * HOUR, returned: false },
          { code: 'P0171', state: 'gone', firstAt: now - 90 * DAY, lastAt: now - 70 * DAY, returned: false },
        ]
      : [],
    orders: orders.filter((o) => o.vin === v.vin),
    notices: notices.filter((n) => n.vin === v.vin),
  } as z.infer<typeof import('../../protocols/api/console.ts').VehicleStory>;
}

/** The lowest voltage of each start, falling about 0.03 V a day with a small wave on it. */
function batteryFlag(vin: string, now: number) {
  const series = Array.from({ length: 34 }, (_, i) => {
    const at = now - (34 - i) * 2 * DAY;
    return { at, value: Number((11.25 - i * 0.036 + 0.09 * Math.sin(i * 1.9) + 0.05 * Math.cos(i * 4.1)).toFixed(2)) };
  });
  const forecast = Array.from({ length: 16 }, (_, i) => {
    const value = 10.02 - i * 0.037;
    const spread = 0.08 + i * 0.028;
    return { at: now + i * 2 * DAY, value, low: value - spread, high: value + spread };
  });
  return {
    vin,
    flag: 'battery',
    state: 'raised',
    severity: 'warning',
    confidence: 0.86,
    series,
    unit: 'V',
    watch: 10.2,
    act: 9.6,
    forecast,
    due: { early: now + 9 * DAY, likely: now + 17 * DAY, late: now + 27 * DAY },
    caveats: ['no-temperature'],
    rule: 'battery-crank@1',
    cause: 'worn',
    evidence: [
      { name: 'crank', value: 10.02, unit: 'V' },
      { name: 'own-baseline', value: 11.1, unit: 'V' },
      { name: 'features', value: 34, unit: '1' },
      { name: 'km-per-day', value: 46, unit: 'km/d' },
    ],
    conditions: [
      { condition: 'engine-start-seen', met: true, count: 34 },
      { condition: 'start-with-temperature', met: false, count: 0 },
    ],
    limits: 'textbook',
    dueKm: { early: 410, likely: 780, late: 1_240 },
    change: ['battery-test', 'battery-replaced'],
    repairs: [{ at: now - 66 * DAY, how: 'order' }],
    at: now - 3 * HOUR,
  };
}

function warmUpFlag(vin: string, now: number) {
  return {
    vin,
    flag: 'warm-up',
    state: 'watch',
    severity: 'info',
    confidence: 0.52,
    series: Array.from({ length: 11 }, (_, i) => ({
      at: now - (11 - i) * 5 * DAY,
      value: 7.2 + i * 0.18 + 0.3 * Math.sin(i * 2.3),
    })),
    unit: 'min',
    watch: 9,
    act: 12,
    forecast: [],
    due: null,
    caveats: ['few-starts'],
    rule: 'warm-up@1',
    at: now - 3 * HOUR,
  };
}

function learningFlag(vin: string, flag: string, now: number) {
  const nothing = { confidence: null, series: [], watch: null, act: null, forecast: [], due: null };
  return {
    vin,
    flag,
    state: 'learning',
    severity: 'info',
    unit: 'V',
    ...nothing,
    caveats: ['few-starts'],
    rule: `${flag}@1`,
    at: now - HOUR,
  };
}

/** A gateway with one device of each mood; the cloud is away for a quarter of an hour. */
export function siteStatus(now: number): SiteStatus {
  const device = {
    bay: 'bay-1',
    reason: null,
    detail: null,
    silenceMs: 30_000,
    life: 1,
    readings: 4_210,
    since: now - 5 * HOUR,
  } as const;
  return {
    site: { id: SITE, name: '静安服务中心', timezone: 'Asia/Shanghai', locale: 'zh-CN' },
    now,
    startedAt: now - 3 * DAY,
    bays: [{ bay: 'bay-1', name: '一号举升机' }],
    devices: [
      {
        ...device,
        device: 'obd-1',
        name: '1 号工位 OBD',
        kind: 'elm327',
        state: 'online',
        ageMs: 700,
        silenceMs: 5_000,
        last: [
          { at: now - 700, signal: 'obd.rpm', value: 812.25, unit: '1/min' },
          { at: now - 900, signal: 'obd.coolant', value: 86, unit: 'Cel' },
        ],
      },
      {
        ...device,
        device: 'scan-1',
        name: '接待台扫码枪',
        kind: 'scanner',
        bay: null,
        state: 'online',
        ageMs: 640_000,
        silenceMs: null,
        readings: 38,
        last: [{ at: now - 640_000, signal: 'scan.vin', value: CARS[0].vin, unit: null }],
      },
      {
        ...device,
        device: 'cam-3',
        name: '3 号工位摄像机',
        kind: 'camera',
        bay: 'bay-3',
        state: 'backoff',
        since: now - 11 * MINUTE,
        reason: 'wrong-password',
        detail: 'The camera refused user "liftgate".',
        ageMs: null,
        readings: 0,
        last: [],
      },
      {
        ...device,
        device: 'lift-2',
        name: '2 号举升机',
        kind: 'sensor',
        bay: 'bay-2',
        state: 'stale',
        since: now - 70_000,
        reason: 'silent',
        ageMs: 72_000,
        last: [{ at: now - 72_000, signal: 'lift.height', value: 1_620, unit: 'mm' }],
      },
      {
        ...device,
        device: 'obd-4',
        name: '4 号工位 OBD',
        kind: 'elm327',
        bay: 'bay-4',
        state: 'offline',
        since: now - 26 * MINUTE,
        reason: 'line-lost',
        ageMs: 26 * MINUTE,
        last: [],
      },
    ],
    strangers: [{ name: 'wican-7f2a', via: 'mqtt', at: now - 4 * MINUTE, count: 12 }],
    outbox: {
      produced: 18_452,
      acknowledged: 18_440,
      queued: 12,
      dropped: 0,
      droppedBy: [],
      dead: 0,
      oldestAt: now - 15 * MINUTE,
      cloud: 'unreachable',
      lastReplyAt: now - 15 * MINUTE,
      lastError: 'connect ECONNREFUSED',
    },
    clock: { quality: 'good', offsetMs: 40 },
    store: { epoch: 'e1', bytes: 312 * 1_048_576, budgetBytes: 2_048 * 1_048_576, commitP95Ms: 6.2, full: false },
  };
}
