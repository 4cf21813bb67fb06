import { z } from 'zod';
import { Id } from '../../protocols/event.ts';
import { SensorDevice } from './sensors.ts';
import { device, HttpUrl } from './words.ts';

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

/** Seconds of silence that are normal for a kind of device; null: silence means nothing. */
export const NORMAL_SILENCE: Record<DeviceConfig['kind'], number | null> = {
  elm327: 5,
  wican: null,
  scanner: null,
  camera: 30,
  sensor: 30,
};
