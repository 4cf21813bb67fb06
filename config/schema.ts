import { z } from 'zod';
import { Id } from '../protocols/event.ts';
import { READY_MAPS } from '../protocols/sensor/maps.ts';

/**
 * Every option of Liftgate: unit, default and description stand here once, and feed validation, the documentation and
 * the screens. Unknown keys are refused.
 */

const Port = z.int().min(0).max(65_535);
const Minutes = z.number().positive().max(100_000);
const Host = z.string().min(1).max(253);
const HttpUrl = z.url({ protocol: /^https?$/ });
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, 24 h');

const Listen = (port: number, what: string) =>
  z
    .strictObject({
      host: Host.default('127.0.0.1').describe(`Address of ${what}; 0.0.0.0 opens it to the LAN.`),
      port: Port.default(port).describe(`TCP port of ${what}.`),
    })
    .prefault({});

const device = {
  id: Id.describe('Name of the device, unique in the site; it stands in every reading.'),
  name: z.string().max(60).optional().describe('What people call it; the id if left out.'),
  bay: Id.optional().describe('The bay that it belongs to; left out when it serves the whole site.'),
  silence: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Longest normal silence, in seconds; after it the wall shows the source as old.'),
};

const SerialOrTcp = z
  .string()
  .regex(
    /^(tcp:\/\/[^/:\s]+:\d{1,5}|\/dev\/\S+|\/\S+|COM\d+)$/,
    'a serial path such as /dev/ttyUSB0, COM3, or tcp://HOST:PORT',
  );

const Elm327Device = z.strictObject({
  kind: z.literal('elm327'),
  ...device,
  port: SerialOrTcp.describe('Serial path or tcp://HOST:PORT of the adapter.'),
  baud: z.int().positive().default(38_400).describe('Baud rate of a serial adapter, in bit/s.'),
  interval: z.number().min(0.1).max(60).default(1).describe('Seconds between two rounds of live values.'),
});
const ScannerDevice = z.strictObject({
  kind: z.literal('scanner'),
  ...device,
  port: SerialOrTcp.describe(
    'Serial path or tcp://HOST:PORT of the scanner; or its input device, e.g. /dev/input/by-id/usb-…-event-kbd.',
  ),
  wire: z
    .enum(['serial', 'keyboard'])
    .optional()
    .describe('keyboard: it types (a wedge) and is heard at its Linux input device. Left out: told by the port.'),
  baud: z.int().positive().default(9_600).describe('Baud rate of a serial scanner, in bit/s.'),
  bayFor: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Seconds that a scanned bay label speaks for what this scanner reads next; 60 if left out.'),
});
const CameraDevice = z.strictObject({
  kind: z.literal('camera'),
  ...device,
  url: HttpUrl.describe('Device service of the ONVIF camera, e.g. http://192.168.1.20/onvif/device_service.'),
  user: z.string().max(64).describe('Camera user with the right to read events and media.'),
  password: z.string().max(128).describe('Its password; write ${NAME} to take it from the environment.'),
  rules: z
    .array(
      z.strictObject({
        rule: z.string().min(1).max(64).describe('Name of the rule in the camera.'),
        bay: Id.describe('Bay that the rule watches.'),
      }),
    )
    .min(1)
    .describe('Which rule of the camera watches which bay.'),
  fingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/, 'the SHA-256 fingerprint of a certificate, 32 bytes in hex')
    .optional()
    .describe('SHA-256 fingerprint of the one certificate to trust; for https with a certificate of the camera’s own.'),
  topics: z
    .array(
      z.strictObject({
        topic: z
          .string()
          .min(1)
          .max(256)
          .describe('Topic as the camera sends it; a last * stands for any one segment.'),
        meaning: z
          .enum(['occupancy', 'motion', 'input', 'tampered', 'scene-changed', 'too-dark', 'signal-lost', 'ignored'])
          .describe('What it tells: a bay, a motion, a digital input, a named trouble, or nothing of use.'),
        state: z
          .string()
          .min(1)
          .max(64)
          .optional()
          .describe('Data item that holds its yes or no, if it has its own name.'),
        rule: z.string().min(1).max(64).optional().describe('Source item that names the rule, if it has its own name.'),
      }),
    )
    .max(100)
    .optional()
    .describe('Topics of a vendor that Liftgate does not know, or reads wrongly; these go first.'),
  inputs: z
    .array(
      z.strictObject({
        input: z.string().min(1).max(64).describe('Token of the digital input in the camera.'),
        signal: z.enum(['floor.presence', 'tool.active']).describe('What its contact stands for.'),
        bay: Id.describe('Bay that the contact belongs to.'),
        inverted: z.boolean().default(false).describe('true: the contact opens when it is so.'),
      }),
    )
    .max(32)
    .optional()
    .describe('Contacts wired to the camera.'),
  filter: z
    .string()
    .regex(
      /^(tns1|tnsaxis):[\w/.*-]+(\|(tns1|tnsaxis):[\w/.*-]+)*$/,
      'topics with the prefix tns1 or tnsaxis, joined by |, such as tns1:RuleEngine//.|tns1:VideoSource//.',
    )
    .max(1_024)
    .optional()
    .describe(
      'Topics to subscribe to, e.g. tns1:RuleEngine//.|tns1:VideoSource//.; saves work for cameras that send many. Left out, or not understood by the camera: all.',
    ),
  pixels: z
    .strictObject({
      model: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Model of liftgate camera calibrate, relative to this file; its regions are named like bays of the rules. Left out: the models that were made on the site page.',
        ),
      every: z.number().min(1).max(60).default(5).describe('Seconds between two pictures; motion wakes one sooner.'),
    })
    .optional()
    .describe('A second opinion on the bays from pictures; left out: pictures only tell whether the camera is well.'),
});
/** What a workstation sensor may tell. */
const SENSOR_SIGNALS = [
  'lift.height',
  'lift.raised',
  'lift.load',
  'lift.power',
  'floor.presence',
  'floor.distance',
  'air.flow',
  'air.pressure',
  'tool.active',
  'tool.power',
  'tool.torque',
  'tool.diagnostic',
  'door.open',
  'technician.present',
] as const;
const mapRow = {
  signal: z.enum(SENSOR_SIGNALS).describe('What the value is for Liftgate.'),
  topic: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('MQTT filter of the topic; {device} and {bay} in it stand for the device’s own topic name and bay.'),
  metric: z.string().min(1).max(256).optional().describe('Sparkplug: name of the metric, in the place of a topic.'),
  path: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Place in a JSON payload, e.g. $.ENERGY.Power; left out: the whole payload.'),
  unit: z
    .string()
    .min(1)
    .max(16)
    .optional()
    .describe('Unit of value × scale + offset; that of the signal if left out.'),
  scale: z.number().optional().describe('Factor on the number.'),
  offset: z.number().optional().describe('Added after the factor.'),
  invert: z.boolean().optional().describe('true: a yes means no.'),
  above: z.number().optional().describe('Makes a yes of numbers above this, after scale and offset.'),
  texts: z
    .record(z.string().max(64), z.union([z.boolean(), z.number(), z.null()]))
    .optional()
    .describe('What its texts stand for, e.g. { busy: true, free: false }; null: it does not know.'),
};
export const MapRowConfig = z.strictObject(mapRow);
const onlineRow = {
  topic: z.string().min(1).max(256).describe('Topic on which it says online or offline (or true, false).'),
  path: z.string().min(1).max(256).optional().describe('Place of that word in a JSON payload.'),
};
const MapConfig = z.strictObject({
  name: Id.describe('Name that devices call it by, in devices[].map.'),
  rows: z
    .array(z.strictObject(mapRow))
    .min(1)
    .max(500)
    .describe('Where each value stands; of two that fit, the first.'),
  online: z.array(z.strictObject(onlineRow)).max(10).default([]).describe('Where a device says that it is there.'),
});
export type MapConfig = z.infer<typeof MapConfig>;

const SensorDevice = z.strictObject({
  kind: z.literal('sensor'),
  ...device,
  signals: z
    .array(z.enum(SENSOR_SIGNALS))
    .min(1)
    .describe('What it measures; it publishes each on liftgate/{id}/{signal}, or as its map says.'),
  map: Id.optional().describe(
    `Whose manner it speaks in: ${Object.keys(READY_MAPS).join(', ')}, or the name of one under maps.`,
  ),
  rows: z
    .array(z.strictObject(mapRow))
    .max(200)
    .optional()
    .describe('Rows of its own; these go before those of its map.'),
  topicName: z
    .string()
    .regex(/^[^+#{}]{1,128}$/, 'a name without +, #, { and }')
    .optional()
    .describe('What it is called in its own topics ({device} of a map); the id if left out.'),
  sparkplug: z
    .strictObject({
      group: z
        .string()
        .regex(/^[^+#/]{1,64}$/, 'a Sparkplug id without +, # and /')
        .describe('Group of the edge node.'),
      node: z
        .string()
        .regex(/^[^+#/]{1,64}$/, 'a Sparkplug id without +, # and /')
        .describe('Its edge node.'),
      device: z
        .string()
        .regex(/^[^+#/]{1,64}$/, 'a Sparkplug id without +, # and /')
        .optional()
        .describe('Its device under the node; left out: the node itself.'),
    })
    .optional()
    .describe('It speaks Sparkplug B. Metrics that are named like signals need no row.'),
  limits: z
    .array(
      z.strictObject({
        signal: z.enum(SENSOR_SIGNALS).describe('Signal that the limits are for.'),
        change: z.number().min(0).optional().describe('Smaller changes are not kept, in the unit of the signal.'),
        percent: z
          .number()
          .min(0)
          .max(100)
          .optional()
          .describe('Smaller changes are not kept, in % of the last value.'),
        silence: z
          .number()
          .positive()
          .max(86_400)
          .default(15)
          .describe('Seconds after which a value is kept though it did not change: the heartbeat.'),
        rate: z.number().positive().max(1_000).optional().describe('Most values kept in a second.'),
      }),
    )
    .max(50)
    .optional()
    .describe('Which values are worth keeping; left out: all.'),
  flood: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe(
      'Values in a second from which the device counts as flooding and is thinned to the last of each; 100 if left out.',
    ),
  user: Id.optional().describe(
    'MQTT user name at the built-in broker, where several devices come through one bridge or node; the id if left out.',
  ),
  password: z
    .string()
    .min(8)
    .max(128)
    .optional()
    .describe('MQTT password of this device (user name = id); needed with the built-in broker.'),
});
const WicanDevice = z.strictObject({
  kind: z.literal('wican'),
  ...device,
  topic: z.string().max(200).optional().describe('Topic that the dongle publishes on; wican/{id}/# if left out.'),
  password: z.string().min(8).max(128).optional().describe('MQTT password of this dongle (user name = id).'),
});

export const DeviceConfig = z.discriminatedUnion('kind', [
  Elm327Device,
  ScannerDevice,
  CameraDevice,
  SensorDevice,
  WicanDevice,
]);
export type DeviceConfig = z.infer<typeof DeviceConfig>;
export type DeviceOf<K extends DeviceConfig['kind']> = Extract<DeviceConfig, { kind: K }>;

const SparkplugHost = z
  .string()
  .regex(/^[^+#/]{1,64}$/, 'a Sparkplug id without +, # and /')
  .optional()
  .describe('Name under which Liftgate tells Sparkplug nodes that it is there; liftgate if left out.');

export const MqttConfig = z
  .discriminatedUnion('mode', [
    z.strictObject({
      mode: z.literal('embedded').describe('Liftgate runs its own broker; devices not listed here are refused.'),
      host: Host.default('0.0.0.0').describe('Address that the broker listens on.'),
      sparkplugHost: SparkplugHost,
      port: Port.default(1883).describe('TCP port of the broker.'),
    }),
    z.strictObject({
      mode: z.literal('external').describe('Liftgate subscribes at a broker that is already there.'),
      url: z.url({ protocol: /^(mqtts?|wss?)$/ }).describe('URL of the broker, e.g. mqtt://10.0.0.5:1883.'),
      sparkplugHost: SparkplugHost,
      user: z.string().max(64).optional().describe('User name at the broker.'),
      password: z.string().max(128).optional().describe('Its password; write ${NAME} to take it from the environment.'),
      client: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .describe(
          'Client id, unique at the broker: with it the broker keeps QoS 1 messages while the gateway is away. Left out: a new one at each start.',
        ),
    }),
  ])
  .describe('Where MQTT devices are heard.');
export type MqttConfig = z.infer<typeof MqttConfig>;

const Rules = z
  .strictObject({
    minimumStay: z
      .number()
      .min(0)
      .max(3_600)
      .default(180)
      .describe('Seconds; a shorter presence is a pass-through, not a stay.'),
    minimumGap: z.number().min(0).max(3_600).default(60).describe('Seconds a bay must be free between two stays.'),
    overstay: Minutes.default(180).describe(
      'Minutes after which a stay is too long, where the work order names no standard time.',
    ),
    idleAfter: Minutes.default(10).describe('Minutes without any sign of work before an occupied bay counts as idle.'),
    activityExpires: Minutes.default(5).describe('Minutes that the last sign of work counts.'),
    clockOnlyAfter: Minutes.default(20).describe(
      'Minutes without a physical sign after which a clocked job is marked "clock only".',
    ),
    emptyAfter: z
      .number()
      .min(0)
      .max(3_600)
      .default(60)
      .describe('Seconds that a bay may stand empty while cars wait before someone is told.'),
    alertsAnHour: z
      .int()
      .min(1)
      .max(1_000)
      .default(12)
      .describe('Most alerts of one bay in an hour; more become a single one that says so.'),
    whichCarAfter: z
      .number()
      .min(5)
      .max(3_600)
      .default(60)
      .describe('Seconds that an occupied bay may stay without a known car before someone is asked.'),
    scanHolds: Minutes.default(240).describe(
      'Minutes that a scan holds a bay occupied where no sensor sees it, unless another scan or the end of the shift comes before.',
    ),
    raisedAbove: z
      .number()
      .min(10)
      .max(2_500)
      .default(300)
      .describe('Lift height in mm from which it counts as raised.'),
    freeDistance: z
      .number()
      .min(50)
      .max(20_000)
      .default(1_500)
      .describe('Ultrasonic distance in mm from which the floor counts as free.'),
    undoWithin: Minutes.default(10).describe('Minutes within which an UNDO label or button takes a scan back.'),
    offlineAfter: z
      .number()
      .min(1)
      .max(3_600)
      .default(60)
      .describe('Seconds that a device may be away before an alert is raised.'),
    pace: z
      .number()
      .min(0.02)
      .max(1)
      .default(1)
      .describe('Factor on the confirmation times of bay states; below 1 only for demonstrations.'),
  })
  .prefault({});

const ShiftCalendar = z
  .strictObject({
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .default(['mon', 'tue', 'wed', 'thu', 'fri', 'sat'])
      .describe('Days on which the workshop is open.'),
    open: TimeOfDay.default('08:00').describe('Site-local time at which bays open.'),
    close: TimeOfDay.default('18:00').describe('Site-local time at which bays close; 24:00 is written 00:00.'),
    breaks: z
      .array(
        z.strictObject({
          from: TimeOfDay.describe('Site-local time at which it begins …'),
          to: TimeOfDay.describe('… and ends.'),
        }),
      )
      .default([])
      .describe('Breaks inside the open hours.'),
    holidays: z
      .array(z.iso.date())
      .max(1_000)
      .default([])
      .describe('Site-local dates (YYYY-MM-DD) on which the workshop stays closed.'),
    special: z
      .array(
        z.strictObject({
          date: z.iso.date().describe('Site-local date with hours of its own, whatever the weekday.'),
          open: TimeOfDay.describe('Site-local time at which bays open on that date …'),
          close: TimeOfDay.describe('… and close.'),
          breaks: z
            .array(
              z.strictObject({
                from: TimeOfDay.describe('Site-local time at which it begins …'),
                to: TimeOfDay.describe('… and ends.'),
              }),
            )
            .default([])
            .describe('Breaks inside these hours.'),
        }),
      )
      .max(1_000)
      .default([])
      .describe('Days with hours of their own, such as a working Sunday; they go before holidays.'),
  })
  .prefault({});

const BayConfig = z.strictObject({
  id: Id.describe('Short name of the bay, as printed on its code.'),
  name: z.string().max(60).optional().describe('What people call it; the id if left out.'),
  sort: z.enum(['lift', 'flat', 'alignment', 'wash', 'other']).default('lift').describe('What kind of bay it is.'),
});

export const GatewayConfig = z.strictObject({
  site: z.strictObject({
    id: Id.describe('Id of the site, the same in the cloud.'),
    name: z.string().min(1).max(120).describe('Name of the site, as the wall shows it.'),
    timezone: z
      .string()
      .refine(isTimezone, 'an IANA time zone such as Asia/Shanghai')
      .describe('Time zone of the site.'),
    locale: z.enum(['zh-CN', 'en']).default('zh-CN').describe('Language of the wall until someone chooses another.'),
  }),
  gateway: z.strictObject({ id: Id.default('gw-1').describe('Id of this gateway, unique in the site.') }).prefault({}),
  store: z
    .strictObject({
      folder: z.string().min(1).default('data/gateway').describe('Folder of the store, relative to this file.'),
      keepDays: z.number().positive().max(3_650).default(30).describe('Days that readings are kept on site.'),
      keepDeliveredHours: z
        .number()
        .positive()
        .max(87_600)
        .default(48)
        .describe(
          'Hours that live values and device states stay after the cloud has them; longer than the cloud goes between two backups.',
        ),
      keepEventsDays: z
        .number()
        .positive()
        .max(36_500)
        .default(730)
        .describe('Days that bays, scans, codes and alerts are kept on site after the cloud has them.'),
      budgetMb: z.number().min(16).max(1_000_000).default(2_048).describe('Most MB that the store may take.'),
      keepFreeMb: z
        .number()
        .min(0)
        .max(1_000_000)
        .default(256)
        .describe('MB of the disk that the store leaves free; below, it drops the least important first.'),
    })
    .prefault({}),
  http: Listen(8_480, 'the wall and the site page'),
  wall: z
    .strictObject({
      access: z
        .enum(['paired', 'loopback'])
        .default('paired')
        .describe(
          'paired: a screen shows a code and a person lets it in. loopback: screens on this very machine need no code.',
        ),
    })
    .prefault({}),
  cloud: z
    .strictObject({
      url: HttpUrl.describe('Base URL of the cloud.'),
      token: z
        .string()
        .min(16)
        .max(200)
        .describe('Credential of this gateway; write ${NAME} to take it from the environment.'),
      publicUrl: HttpUrl.optional().describe('URL of the cloud as screens reach it, if it differs.'),
    })
    .optional()
    .describe('Left out: the gateway works alone and keeps everything on site.'),
  mqtt: MqttConfig.optional(),
  shift: ShiftCalendar,
  rules: Rules,
  maps: z.array(MapConfig).max(100).default([]).describe('Manners of speaking that several devices share.'),
  bays: z.array(BayConfig).min(1).max(200).describe('The bays, in the order of the wall.'),
  devices: z.array(DeviceConfig).max(1_000).default([]).describe('The devices. What is not listed is not let in.'),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

export const CloudConfig = z.strictObject({
  http: Listen(8_490, 'the cloud'),
  publicUrl: HttpUrl.optional().describe('URL under which people reach the cloud; it stands in links.'),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'a URL such as postgres://user:password@host:5432/liftgate')
        .optional()
        .describe(
          'PostgreSQL to use; DATABASE_URL if left out, and a PostgreSQL of our own if that is not set either.',
        ),
      keepReadingsDays: z
        .number()
        .positive()
        .max(36_500)
        .default(400)
        .describe('Days that live values of cars are kept in the log; all other events are kept for good.'),
      folder: z.string().min(1).default('data/cloud').describe('Folder of our own PostgreSQL, relative to this file.'),
    })
    .prefault({}),
  smtp: z
    .strictObject({
      host: Host.describe('SMTP server that sends notices to customers.'),
      port: Port.default(587).describe('Its port.'),
      secure: z
        .boolean()
        .default(false)
        .describe('true: TLS from the first byte (port 465). false: STARTTLS where offered.'),
      user: z.string().optional().describe('User name at the SMTP server.'),
      password: z.string().optional().describe('Its password; write ${NAME} to take it from the environment.'),
      from: z.string().min(3).describe('Sender, e.g. "Service <service@example.com>".'),
    })
    .optional()
    .describe('Left out: notices can be approved but not sent.'),
  notices: z
    .strictObject({
      quietFrom: TimeOfDay.default('21:00').describe('No message to a customer from this time (site-local) …'),
      quietTo: TimeOfDay.default('08:00').describe('… to this time.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      token: z
        .string()
        .min(16)
        .max(200)
        .optional()
        .describe(
          'Who brings it to /metrics (Authorization: Bearer) sees the numbers of each gateway; all others see sums. Write ${NAME} to take it from the environment.',
        ),
    })
    .prefault({}),
});
export type CloudConfig = z.infer<typeof CloudConfig>;

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Seconds of silence that are normal for a kind of device; null: silence means nothing. */
export const NORMAL_SILENCE: Record<DeviceConfig['kind'], number | null> = {
  elm327: 5,
  wican: null,
  scanner: null,
  camera: 30,
  sensor: 30,
};
