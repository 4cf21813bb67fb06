import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../config/load.ts';

const HEAD = `site: { id: north, name: North, timezone: Asia/Shanghai }
bays: [{ id: B1 }]
mqtt: { mode: embedded }
`;
const mistakes = (text: string) => {
  const outcome = readGatewayConfig(HEAD + text, '/etc/liftgate/site.yaml');
  return outcome.ok ? [] : outcome.mistakes.map((m) => [m.path, m.line, m.expected]);
};
const device = (more: string) =>
  `devices:\n  - { kind: sensor, id: a, password: "12345678", signals: [tool.power, floor.presence],\n      ${more} }\n`;

test('a sensor of another maker is one line', () => {
  expect(
    mistakes(device('map: tasmota, topicName: plug-3, limits: [{ signal: tool.power, change: 5, rate: 1 }]')),
  ).toEqual([]);
});

test.each([
  ['map: tasmoto', 'devices[0].map', /zigbee2mqtt, tasmota/],
  ['rows: [{ signal: tool.power, topic: a, unit: bar }]', 'devices[0].rows[0].unit', /can become W/],
  ['rows: [{ signal: tool.power, topic: a, path: "$..x" }]', 'devices[0].rows[0].path', /path to one value/],
  ['rows: [{ signal: tool.power, topic: "a/#/b" }]', 'devices[0].rows[0].topic', /last level/],
  ['rows: [{ signal: tool.power }]', 'devices[0].rows[0].topic', /either a topic or a metric/],
  ['rows: [{ signal: floor.presence, topic: a, texts: { x: 3 } }]', 'devices[0].rows[0].texts', /true or false/],
  ['rows: [{ signal: lift.height, topic: a }]', 'devices[0].rows[0].signal', /signals that the device lists/],
])('%s is refused with its path, its line and what is expected', (more, path, expected) => {
  expect(mistakes(device(more))).toEqual([[path, 6, expect.stringMatching(expected)]]);
});

test('maps of the house have names of their own and right rows', () => {
  const rows = 'rows: [{ signal: tool.power, topic: x, invert: true }]';
  const online = 'online: [{ topic: "#" }]';
  expect(mistakes(`maps:\n  - { name: tasmota, ${rows}, ${online} }\n`)).toEqual([
    ['maps[0].name', 5, 'a name of its own'],
    ['maps[0].rows[0].invert', 5, expect.stringContaining('is a number')],
    ['maps[0].online[0].topic', 5, expect.stringContaining('no wildcard')],
  ]);
});
