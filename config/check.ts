import type { Path } from './explain.ts';
import { shown, valueAt } from './explain.ts';
import { mapClashes } from './map-check.ts';

/** A mistake that no single option shows: options that do not go together. */
export interface Clash {
  readonly at: Path;
  readonly expected: string;
  readonly got: string;
  readonly todo: string;
}

/** Ids that Liftgate itself speaks under: the scan box of the site page, and the MQTT broker. */
const RESERVED = ['site-page', 'mqtt'];

/**
 * Looks for what does not go together in a gateway's configuration. Takes the file as it was written, right or wrong,
 * so that these mistakes are shown together with those of single options.
 */
export function clashes(raw: unknown): Clash[] {
  return [
    ...duplicateIds(raw, 'bays', 'bay'),
    ...duplicateIds(raw, 'devices', 'device'),
    ...reservedIds(raw),
    ...unknownBays(raw),
    ...missingBroker(raw),
    ...sharedLines(raw),
    ...sharedListeners(raw),
    ...mapClashes(raw),
  ];
}

const listAt = (raw: unknown, ...path: Path): unknown[] => {
  const list = valueAt(raw, path);
  return Array.isArray(list) ? list : [];
};
const textAt = (raw: unknown, ...path: Path): string | null => {
  const text = valueAt(raw, path);
  return typeof text === 'string' ? text : null;
};
const nameOf = (device: unknown, i: number) => textAt(device, 'id') ?? `number ${i + 1}`;

function duplicateIds(raw: unknown, list: 'bays' | 'devices', noun: string): Clash[] {
  const first = new Map<string, number>();
  return listAt(raw, list).flatMap((entry, i) => {
    const id = textAt(entry, 'id');
    if (id === null) return [];
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, i);
      return [];
    }
    return [
      {
        at: [list, i, 'id'],
        expected: `an id that no other ${noun} has`,
        got: `"${id}", which ${list}[${other}] has already`,
        todo: `Give each ${noun} its own id.`,
      },
    ];
  });
}

function reservedIds(raw: unknown): Clash[] {
  return listAt(raw, 'devices').flatMap((device, i) => {
    const id = textAt(device, 'id');
    if (id === null || !RESERVED.includes(id)) return [];
    const expected = `an id other than ${RESERVED.join(' and ')}`;
    return [
      { at: ['devices', i, 'id'], expected, got: `"${id}"`, todo: 'Choose another: Liftgate itself has this one.' },
    ];
  });
}

function unknownBays(raw: unknown): Clash[] {
  const bays = [...new Set(listAt(raw, 'bays').flatMap((b) => textAt(b, 'id') ?? []))];
  const check = (at: Path, bay: string | null): Clash[] =>
    bay === null || bays.includes(bay)
      ? []
      : [
          {
            at,
            expected: bays.length > 0 ? `one of the bays ${bays.join(', ')}` : 'a bay that is listed under bays',
            got: shown(at, bay),
            todo: 'Correct the name, or list the bay under bays.',
          },
        ];
  return listAt(raw, 'devices').flatMap((device, i) => [
    ...check(['devices', i, 'bay'], textAt(device, 'bay')),
    ...listAt(device, 'rules').flatMap((rule, j) => check(['devices', i, 'rules', j, 'bay'], textAt(rule, 'bay'))),
    ...listAt(device, 'inputs').flatMap((input, j) => check(['devices', i, 'inputs', j, 'bay'], textAt(input, 'bay'))),
  ]);
}

function missingBroker(raw: unknown): Clash[] {
  const mode = textAt(raw, 'mqtt', 'mode');
  const hasMqtt = valueAt(raw, ['mqtt']) !== undefined;
  return listAt(raw, 'devices').flatMap((device, i): Clash[] => {
    const kind = textAt(device, 'kind');
    if (kind !== 'sensor' && kind !== 'wican') return [];
    if (!hasMqtt)
      return [
        {
          at: ['devices', i, 'kind'],
          expected: 'an mqtt section, because this device is heard by MQTT',
          got: `device ${nameOf(device, i)} of kind "${kind}" and no mqtt section`,
          todo: 'Add "mqtt: { mode: embedded }", or mode: external with the url of a broker.',
        },
      ];
    if (mode === 'embedded' && valueAt(device, ['password']) === undefined)
      return [
        {
          at: ['devices', i],
          expected: 'a password, because the built-in broker lets nobody in without one',
          got: `device ${nameOf(device, i)} without a password`,
          todo: 'Add password: ${NAME} and set NAME in the environment; the MQTT user name is the id.',
        },
      ];
    return [];
  });
}

function sharedLines(raw: unknown): Clash[] {
  const first = new Map<string, number>();
  return listAt(raw, 'devices').flatMap((device, i) => {
    const port = textAt(device, 'port');
    if (port === null) return [];
    const other = first.get(port);
    if (other === undefined) {
      first.set(port, i);
      return [];
    }
    return [
      {
        at: ['devices', i, 'port'],
        expected: 'a port that no other device uses',
        got: `"${port}", which devices[${other}] uses already`,
        todo: 'A line carries one device: give each its own port.',
      },
    ];
  });
}

function sharedListeners(raw: unknown): Clash[] {
  const http = valueAt(raw, ['http', 'port']) ?? 8_480;
  const mqtt = valueAt(raw, ['mqtt', 'port']) ?? 1_883;
  if (textAt(raw, 'mqtt', 'mode') !== 'embedded' || http !== mqtt || http === 0) return [];
  return [
    {
      at: ['mqtt', 'port'],
      expected: 'a port other than that of http',
      got: `${mqtt} for both`,
      todo: 'Give the broker or the pages another port.',
    },
  ];
}
