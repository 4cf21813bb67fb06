import { z } from 'zod';
import { Host, Port } from './words.ts';

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
