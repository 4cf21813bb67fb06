import { z } from 'zod';
import { Id } from '../../protocols/event.ts';

/** What a workstation sensor may tell. */
export const SENSOR_SIGNALS = [
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
export const mapRow = {
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
export const MapConfig = z.strictObject({
  name: Id.describe('Name that devices call it by, in devices[].map.'),
  rows: z
    .array(z.strictObject(mapRow))
    .min(1)
    .max(500)
    .describe('Where each value stands; of two that fit, the first.'),
  online: z.array(z.strictObject(onlineRow)).max(10).default([]).describe('Where a device says that it is there.'),
});
export type MapConfig = z.infer<typeof MapConfig>;
