import { z } from 'zod';
import { Id } from '../../protocols/event.ts';
import { READY_MAPS } from '../../protocols/sensor/maps.ts';
import { mapRow, SENSOR_SIGNALS } from './maps.ts';
import { device } from './words.ts';

export const SensorDevice = z.strictObject({
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
