import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadCloudConfig, loadGatewayConfig, readCloudConfig, readGatewayConfig } from '../../config/load.ts';
import { LiftgateError } from '../../protocols/error.ts';

const examples = join(import.meta.dirname, '../../config/examples');
const mistakesOf = (text: string) => {
  const outcome = readGatewayConfig(text, '/etc/liftgate/site.yaml');
  return outcome.ok ? [] : outcome.mistakes;
};
const SITE = 'site: { id: north, name: North, timezone: Asia/Shanghai }\nbays: [{ id: B1 }, { id: B2 }]\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-config-'));
  for (const name of ['LIFTGATE_TOKEN', 'WICAN_1_PASSWORD', 'CAM_1_PASSWORD', 'LIFT_1_PASSWORD', 'FLOOR_3_PASSWORD'])
    vi.stubEnv(name, `${name.toLowerCase()}-0123456789`);
  vi.stubEnv('SMTP_PASSWORD', 'a password');
  vi.stubEnv('LIFTGATE_DATABASE', 'postgres://u:p@db:5432/liftgate');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('the example files', () => {
  test('the workshop is a right configuration, with secrets from the environment', async () => {
    const config = await loadGatewayConfig(join(examples, 'workshop.yaml'));
    expect(config.cloud?.token).toBe('liftgate_token-0123456789');
    expect(config.store.folder).toBe(join(examples, 'data/gateway'));
    expect(new Set(config.devices.map((d) => d.kind)).size).toBe(5);
  });

  test('the workshop example names every option that a gateway has at its top', async () => {
    const text = await readFile(join(examples, 'workshop.yaml'), 'utf8');
    for (const key of [
      'site',
      'gateway',
      'store',
      'http',
      'wall',
      'cloud',
      'mqtt',
      'shift',
      'rules',
      'bays',
      'devices',
    ])
      expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
  });

  test('the cloud is a right configuration', async () => {
    const config = await loadCloudConfig(join(examples, 'cloud.yaml'));
    expect(config.database.url).toBe('postgres://u:p@db:5432/liftgate');
    expect(config.smtp?.password).toBe('a password');
  });

  test('a cloud needs no file', async () => {
    expect((await loadCloudConfig(null)).http.port).toBe(8_490);
  });
});

describe('mistakes', () => {
  test('five mistakes are shown at once, each with its path and line, in the order of the file', async () => {
    const file = join(folder, 'five.yaml');
    await writeFile(
      file,
      `site:
  id: north
  name: North
  timezone: Mars/Olympus
store:
  keepdays: 30
bays:
  - id: B1
  - id: B1
devices:
  - { kind: elm327, id: obd-1, bay: B7, port: /dev/ttyUSB0 }
  - { kind: sensor, id: lift-1, bay: B1, signals: [lift.hight] }
`,
    );
    const error = await loadGatewayConfig(file).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LiftgateError);
    const { code, message } = error as LiftgateError;
    expect(code).toBe('config');
    const lines = message.split('\n').slice(1);
    expect(lines).toHaveLength(6);
    expect(message).toMatch(/^6 mistakes in /);
    expect(lines[0]).toMatch(/five\.yaml:4 {2}site\.timezone: expected an IANA time zone.*; got "Mars\/Olympus"/);
    expect(lines[1]).toMatch(
      /five\.yaml:6 {2}store\.keepdays: .*unknown option "keepdays"\. Did you mean "keepDays"\?/,
    );
    expect(lines[2]).toMatch(/five\.yaml:9 {2}bays\[1\]\.id: .*got "B1", which bays\[0\] has already/);
    expect(lines[3]).toMatch(/five\.yaml:11 {2}devices\[0\]\.bay: expected one of the bays B1.*got "B7"/);
    expect(lines.slice(4).join()).toMatch(/five\.yaml:12 {2}devices\[1\]\.signals\[0\]: expected one of lift\.height/);
    expect(lines.slice(4).join()).toMatch(/five\.yaml:12 {2}devices\[1\]\.kind: expected an mqtt section/);
  });

  test.each([
    [
      'two devices on one port',
      '[{kind: scanner, id: a, port: COM3}, {kind: elm327, id: b, port: COM3}]',
      'devices[1].port',
    ],
    [
      'two devices of one name',
      '[{kind: scanner, id: a, port: COM3}, {kind: scanner, id: a, port: COM4}]',
      'devices[1].id',
    ],
    ['the id of the scan box', '[{kind: scanner, id: site-page, port: COM3}]', 'devices[0].id'],
    [
      'a camera rule for no bay',
      '[{kind: camera, id: c, url: "http://c/", user: u, password: p, rules: [{rule: r, bay: X}]}]',
      'devices[0].rules[0].bay',
    ],
    ['an unknown kind', '[{kind: elm, id: a}]', 'devices[0].kind'],
    ['an option of another kind', '[{kind: scanner, id: a, port: COM3, interval: 1}]', 'devices[0].interval'],
  ])('%s is refused', (_what, devices, path) => {
    expect(mistakesOf(`${SITE}devices: ${devices}\n`).map((m) => m.path)).toEqual([path]);
  });

  test('an option that is written wrongly is told with the one that was meant, by the kind of the device', () => {
    const [, wrong] = mistakesOf(`${SITE}devices: [{kind: elm327, id: a, prot: COM3}]\n`);
    expect(wrong).toMatchObject({ path: 'devices[0].prot', todo: 'Did you mean "port"? Rename it or take it out.' });
  });

  test('the built-in broker wants a password for each device', () => {
    const mistakes = mistakesOf(`${SITE}mqtt: {mode: embedded}\ndevices:\n  - {kind: wican, id: w}\n`);
    expect(mistakes).toMatchObject([{ path: 'devices[0]', line: 5 }]);
    expect(mistakesOf(`${SITE}mqtt: {mode: external, url: "mqtt://b"}\ndevices: [{kind: wican, id: w}]\n`)).toEqual([]);
  });

  test('broker and pages may not share a port', () => {
    expect(mistakesOf(`${SITE}http: {port: 1883}\nmqtt: {mode: embedded}\n`)).toMatchObject([{ path: 'mqtt.port' }]);
  });

  test('an environment variable that is not set is named', () => {
    const mistakes = mistakesOf(`${SITE}cloud:\n  url: https://c.example\n  token: \${NO_SUCH_VARIABLE_1}\n`);
    expect(mistakes).toMatchObject([{ line: 5, expected: 'the environment variable NO_SUCH_VARIABLE_1' }]);
  });

  test('a secret never stands in a message', () => {
    const text = JSON.stringify(mistakesOf(`${SITE}cloud: {url: "https://c.example", token: s3cr3t}\n`));
    expect(text).toContain('6 characters');
    expect(text).not.toContain('s3cr3t');
  });

  test('a number where a name belongs is told to stand in quotes', () => {
    const [mistake] = mistakesOf('site: {id: north, name: N, timezone: UTC}\nbays: [{id: 3}]\n');
    expect(mistake).toMatchObject({ path: 'bays[0].id', got: 'number 3' });
    expect(mistake?.todo).toMatch(/quotes: "3"/);
  });

  test('broken YAML is told with its line', () => {
    expect(mistakesOf('site: {id: north\nbays: [\n')[0]).toMatchObject({ expected: 'YAML' });
    expect(mistakesOf('a: 1\na: 2\n')[0]).toMatchObject({ line: 2 });
  });

  test('an empty file misses what is needed', () => {
    expect(mistakesOf('').map((m) => m.path)).toEqual(['site', 'bays']);
  });

  test('a file that is not there is a mistake of configuration', async () => {
    await expect(loadGatewayConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'config' });
  });

  test('a wrong option of the cloud is told as well', () => {
    const outcome = readCloudConfig('smtp:\n  host: h\n  form: me\n', '/x/cloud.yaml');
    expect(outcome.ok ? [] : outcome.mistakes.map((m) => m.path).sort()).toEqual(['smtp.form', 'smtp.from']);
  });
});
