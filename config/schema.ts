import { z } from 'zod';
import { Id } from '../protocols/event.ts';
import { ShiftCalendar } from './schema/calendar.ts';
import { DeviceConfig } from './schema/devices.ts';
import { MapConfig } from './schema/maps.ts';
import { MqttConfig } from './schema/mqtt.ts';
import { Rules } from './schema/rules.ts';
import { Host, HttpUrl, Port, TimeOfDay } from './schema/words.ts';

/**
 * Every option of Liftgate: unit, default and description stand here and in the files beside it, once, and feed
 * validation, the documentation and the screens. Unknown keys are refused.
 */

const Listen = (port: number, what: string) =>
  z
    .strictObject({
      host: Host.default('127.0.0.1').describe(`Address of ${what}; 0.0.0.0 opens it to the LAN.`),
      port: Port.default(port).describe(`TCP port of ${what}.`),
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
  publicUrl: HttpUrl.optional().describe(
    'URL under which people reach the cloud; it stands in links, also in those by which customers end reminders.',
  ),
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
