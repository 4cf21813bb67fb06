import type { SignalName } from '../../signal.ts';
import {
  bit,
  from,
  given,
  group,
  number,
  type Parameter,
  type Quantity,
  quantity,
  state,
  told,
  u16,
} from '../parameter.ts';
import {
  CELSIUS,
  celsius,
  celsiusOf,
  celsiusWideOf,
  choiceOf,
  flagOf,
  listOf,
  PERCENT,
  percent,
  percentOf,
  secondsOf,
  signedOf,
  TORQUE,
  trimOf,
  wordOf,
} from './common.ts';

/**
 * Parameters 61 to 9F (SAE J1979-DA). Most tell in byte A which of their values the car has. Scalings and bits were
 * compared with the public test program of SAE J1699-3 and with published tables of car makers.
 */

const torque = (name: string, at: number) => quantity(name, '%', TORQUE, (d) => d[at]! - 125);

/** Two bits: how a loop is controlled. */
const LOOP = [null, 'open loop', 'closed loop', 'fault'] as const;

const kilometres = (name: string, at: number) => wordOf(name, 'km', at);

/** Run time of auxiliary emission control devices: five to a parameter, two timers each. */
const auxiliary = (pid: number, first: number): Parameter =>
  group(
    pid,
    `aecd-${first}-to-${first + 4}`,
    41,
    [0, 1, 2, 3, 4].flatMap((i) => [
      given(i, secondsOf(`aecd-${first + i}-timer-1`, 1 + i * 8)),
      given(i, secondsOf(`aecd-${first + i}-timer-2`, 5 + i * 8)),
    ]),
  );

const exhaust = (pid: number, bank: number, first: number): Parameter =>
  group(
    pid,
    `exhaust-b${bank}s${first}-to-${first + 3}`,
    9,
    [0, 1, 2, 3].map((i) => given(i, celsiusWideOf(`exhaust-b${bank}s${first + i}`, 1 + i * 2))),
  );

/** Bit n: the car has it; bit n + 4: it has no value now. */
export const nox = (pid: number, name: string, sensors: readonly string[]): Parameter =>
  group(
    pid,
    name,
    9,
    sensors.map((s, i) =>
      given(
        i,
        quantity(`${name}-${s}`, 'ppm', [0, 65_535], (d) => (bit(d, 0, i + 4) ? null : u16(d, 1 + i * 2))),
      ),
    ),
  );

/** Share of oxygen, then lambda, of four sensors. */
const wideLambda = (pid: number, name: string, sensors: readonly string[]): Parameter =>
  group(pid, name, 17, [
    ...sensors.map((s, i) =>
      given(
        i,
        quantity(`oxygen-${s}`, '%', [0, 100.00641], (d) => u16(d, 1 + i * 2) * 0.001526),
      ),
    ),
    ...sensors.map((s, i) => given(i + 4, wordOf(`lambda-wide-${s}`, null, 9 + i * 2, 8_192))),
  ]);

/** Only one filter is a signal: two of them, mixed, would look like noise. */
const filter = (pid: number, bank: number, signal: SignalName | null = null): Parameter =>
  group(pid, `particulate-filter-b${bank}`, 7, [
    { ...given(0, signedOf(`particulate-filter-b${bank}-difference`, 'kPa', 1, 100)), signal },
    given(1, wordOf(`particulate-filter-b${bank}-inlet`, 'kPa', 3, 100)),
    given(2, wordOf(`particulate-filter-b${bank}-outlet`, 'kPa', 5, 100)),
  ]);

const turbo = (pid: number, side: string): Parameter =>
  group(pid, `turbo-${side}-temperature`, 7, [
    given(0, celsiusOf(`turbo-${side}-compressor-inlet`, 1)),
    given(1, celsiusOf(`turbo-${side}-compressor-outlet`, 2)),
    given(2, celsiusWideOf(`turbo-${side}-turbine-inlet`, 3)),
    given(3, celsiusWideOf(`turbo-${side}-turbine-outlet`, 5)),
  ]);

/** A narrow scaling by bit i of byte A, or a wide one by a higher bit, in the same byte of data. */
const narrowOrWide = (
  name: string,
  unit: string,
  at: number,
  bits: readonly [narrow: number, wide: number],
  step: number,
  offset: number,
): Quantity =>
  quantity(name, unit, [offset, 255 * step + offset], (d) => {
    if (bit(d, 0, bits[0])) return d[at]! + offset;
    return bit(d, 0, bits[1]) ? d[at]! * step + offset : null;
  });

/** Particulate sensor of one bank: is it measuring or cleaning itself, and its output. */
const sootSensor = (bank: number, at: number): readonly Quantity[] => [
  given((bank - 1) * 2, flagOf(`particulate-sensor-b${bank}-measuring`, at, 0)),
  given((bank - 1) * 2, flagOf(`particulate-sensor-b${bank}-regenerating`, at, 1)),
  given((bank - 1) * 2 + 1, signedOf(`particulate-sensor-b${bank}`, '%', at + 1, 100)),
];

const CONTROL_AREA = ['inside', 'outside', 'inside the carve-out of the maker', 'deficiency active'] as const;

/** WWH-OBD, malfunction indicator: ISO 27145, modes 1 to 4. */
const INDICATOR = [
  'off',
  'on demand',
  'short',
  'continuous',
  ...Array<null>(10).fill(null),
  'error',
  'not available',
] as const;

const INDUCEMENT = ['inactive', 'enabled', 'active', 'not supported'] as const;
const SCR_REASONS = ['reagent low', 'wrong reagent', 'consumption deviates', 'NOx too high'] as const;

/** Four values of one byte each, named in turn. */
const four = (
  pid: number,
  name: string,
  make: (name: string, at: number) => ReturnType<typeof percentOf>,
  parts: readonly string[],
): Parameter =>
  group(
    pid,
    name,
    1 + parts.length,
    parts.map((part, i) => given(i, make(`${name}-${part}`, 1 + i))),
  );

const BANKS = ['b1s1', 'b1s2', 'b2s1', 'b2s2'] as const;
const SIDES = ['a-commanded', 'a', 'b-commanded', 'b'] as const;

export const EXTENDED: readonly Parameter[] = [
  group(0x61, 'torque-demand', 1, [torque('torque-demand', 0)]),
  group(0x62, 'torque', 1, [torque('torque', 0)]),
  number(0x63, 'torque-reference', 2, 'N.m', [0, 65_535], u16),
  group(
    0x64,
    'torque-points',
    5,
    ['idle', 'point-2', 'point-3', 'point-4', 'point-5'].map((name, i) => torque(`torque-${name}`, i)),
  ),
  group(0x65, 'auxiliary', 2, [
    given(
      0,
      state('auxiliary-pto', (d) => bit(d, 1, 0)),
    ),
    given(
      1,
      state('automatic-in-drive', (d) => bit(d, 1, 1)),
    ),
    given(
      2,
      state('manual-in-gear', (d) => bit(d, 1, 2)),
    ),
    given(
      3,
      state('glow-lamp', (d) => bit(d, 1, 3)),
    ),
    given(
      4,
      quantity('gear-recommended', null, [0, 15], (d) => d[1]! >> 4),
    ),
  ]),
  group(0x66, 'maf-sensors', 5, [given(0, wordOf('maf-a', 'g/s', 1, 32)), given(1, wordOf('maf-b', 'g/s', 3, 32))]),
  group(0x67, 'coolant-sensors', 3, [given(0, celsiusOf('coolant-1', 1)), given(1, celsiusOf('coolant-2', 2))]),
  four(0x68, 'intake-air-sensors', celsiusOf, ['b1s1', 'b1s2', 'b1s3', 'b2s1', 'b2s2', 'b2s3']),
  group(0x69, 'egr', 7, [
    given(0, percentOf('egr-a-commanded', 1)),
    given(1, percentOf('egr-a', 2)),
    given(2, trimOf('egr-a-error', 3)),
    given(3, percentOf('egr-b-commanded', 4)),
    given(4, percentOf('egr-b', 5)),
    given(5, trimOf('egr-b-error', 6)),
  ]),
  four(0x6a, 'intake-flap', percentOf, SIDES),
  group(
    0x6b,
    'egr-temperature',
    5,
    BANKS.map((s, i) => narrowOrWide(`egr-temperature-${s}`, 'Cel', 1 + i, [i, i + 4], 4, -40)),
  ),
  four(0x6c, 'throttle-actuator', percentOf, SIDES),
  group(
    0x6d,
    'rail',
    11,
    [
      given(
        0,
        quantity('rail-a-commanded', 'kPa', [0, 655_350], (d) => u16(d, 1) * 10),
      ),
      given(
        1,
        quantity('rail-a', 'kPa', [0, 655_350], (d) => u16(d, 3) * 10),
      ),
      given(2, celsiusOf('rail-a-temperature', 5)),
      from(
        11,
        given(
          3,
          quantity('rail-b-commanded', 'kPa', [0, 655_350], (d) => u16(d, 6) * 10),
        ),
      ),
      from(
        11,
        given(
          4,
          quantity('rail-b', 'kPa', [0, 655_350], (d) => u16(d, 8) * 10),
        ),
      ),
      from(11, given(5, celsiusOf('rail-b-temperature', 10))),
    ],
    6,
  ),
  group(
    0x6e,
    'injection-pressure',
    9,
    [
      given(
        0,
        quantity('injection-pressure-a-commanded', 'kPa', [0, 655_350], (d) => u16(d, 1) * 10),
      ),
      given(
        1,
        quantity('injection-pressure-a', 'kPa', [0, 655_350], (d) => u16(d, 3) * 10),
      ),
      from(
        9,
        given(
          2,
          quantity('injection-pressure-b-commanded', 'kPa', [0, 655_350], (d) => u16(d, 5) * 10),
        ),
      ),
      from(
        9,
        given(
          3,
          quantity('injection-pressure-b', 'kPa', [0, 655_350], (d) => u16(d, 7) * 10),
        ),
      ),
    ],
    5,
  ),
  group(0x6f, 'compressor-inlet', 3, [
    narrowOrWide('compressor-inlet-a', 'kPa', 1, [0, 2], 8, 0),
    narrowOrWide('compressor-inlet-b', 'kPa', 2, [1, 3], 8, 0),
  ]),
  group(0x70, 'boost', 10, [
    given(0, wordOf('boost-a-commanded', 'kPa', 1, 32)),
    given(1, wordOf('boost-a', 'kPa', 3, 32)),
    given(2, choiceOf('boost-a-control', 9, 0, 2, LOOP)),
    given(3, wordOf('boost-b-commanded', 'kPa', 5, 32)),
    given(4, wordOf('boost-b', 'kPa', 7, 32)),
    given(5, choiceOf('boost-b-control', 9, 2, 2, LOOP)),
  ]),
  group(0x71, 'turbo-geometry', 6, [
    given(0, percentOf('turbo-geometry-a-commanded', 1)),
    given(1, percentOf('turbo-geometry-a', 2)),
    given(2, choiceOf('turbo-geometry-a-control', 5, 0, 2, LOOP)),
    given(3, percentOf('turbo-geometry-b-commanded', 3)),
    given(4, percentOf('turbo-geometry-b', 4)),
    given(5, choiceOf('turbo-geometry-b-control', 5, 2, 2, LOOP)),
  ]),
  four(0x72, 'wastegate', percentOf, SIDES),
  group(0x73, 'exhaust-pressure', 5, [
    given(0, wordOf('exhaust-pressure-b1', 'kPa', 1, 100)),
    given(1, wordOf('exhaust-pressure-b2', 'kPa', 3, 100)),
  ]),
  // Early issues of the standard had one turn to the step; no turbocharger fits into that.
  group(0x74, 'turbo-speed', 5, [
    given(
      0,
      quantity('turbo-a-speed', '1/min', [0, 655_350], (d) => u16(d, 1) * 10),
    ),
    given(
      1,
      quantity('turbo-b-speed', '1/min', [0, 655_350], (d) => u16(d, 3) * 10),
    ),
  ]),
  turbo(0x75, 'a'),
  turbo(0x76, 'b'),
  four(0x77, 'charge-air', celsiusOf, BANKS),
  exhaust(0x78, 1, 1),
  exhaust(0x79, 2, 1),
  filter(0x7a, 1, 'obd.dpf-pressure'),
  filter(0x7b, 2),
  group(0x7c, 'particulate-filter-temperature', 9, [
    given(0, celsiusWideOf('particulate-filter-b1-inlet-temperature', 1)),
    given(1, celsiusWideOf('particulate-filter-b1-outlet-temperature', 3)),
    given(2, celsiusWideOf('particulate-filter-b2-inlet-temperature', 5)),
    given(3, celsiusWideOf('particulate-filter-b2-outlet-temperature', 7)),
  ]),
  group(0x7d, 'nox-control-area', 1, [listOf('nox-control-area', 0, 0, CONTROL_AREA)]),
  group(0x7e, 'pm-control-area', 1, [listOf('pm-control-area', 0, 0, CONTROL_AREA)]),
  group(0x7f, 'run-time-total', 13, [
    given(0, secondsOf('engine-time', 1)),
    given(1, secondsOf('idle-time', 5)),
    given(2, secondsOf('pto-time', 9)),
  ]),
  auxiliary(0x81, 1),
  auxiliary(0x82, 6),
  nox(0x83, 'nox', BANKS),
  number(0x84, 'manifold-surface', 1, 'Cel', CELSIUS, celsius()),
  group(0x85, 'reagent', 10, [
    given(0, wordOf('reagent-rate', 'L/h', 1, 200)),
    given(1, wordOf('reagent-rate-demanded', 'L/h', 3, 200)),
    given(2, percentOf('reagent-level', 5)),
    given(3, secondsOf('reagent-warning-time', 6)),
  ]),
  group(0x86, 'particulate-mass', 5, [
    given(0, wordOf('particulate-mass-b1', 'mg/m3', 1, 80)),
    given(1, wordOf('particulate-mass-b2', 'mg/m3', 3, 80)),
  ]),
  group(0x87, 'intake-pressure-wide', 5, [
    given(0, wordOf('intake-pressure-a', 'kPa', 1, 32)),
    given(1, wordOf('intake-pressure-b', 'kPa', 3, 32)),
  ]),
  group(0x88, 'scr-inducement', 13, [
    state('scr-reagent-low', (d) => bit(d, 0, 0)),
    state('scr-reagent-wrong', (d) => bit(d, 0, 1)),
    state('scr-consumption-deviates', (d) => bit(d, 0, 2)),
    state('scr-nox-too-high', (d) => bit(d, 0, 3)),
    state('scr-inducement-active', (d) => bit(d, 0, 7)),
    listOf('scr-history-0-10', 1, 0, SCR_REASONS),
    listOf('scr-history-10-20', 1, 4, SCR_REASONS),
    listOf('scr-history-20-30', 2, 0, SCR_REASONS),
    listOf('scr-history-30-40', 2, 4, SCR_REASONS),
    kilometres('scr-inducement-distance', 3),
    kilometres('scr-distance', 5),
    kilometres('scr-inducement-distance-10-20', 7),
    kilometres('scr-inducement-distance-20-30', 9),
    kilometres('scr-inducement-distance-30-40', 11),
  ]),
  auxiliary(0x89, 11),
  auxiliary(0x8a, 16),
  group(0x8b, 'aftertreatment', 7, [
    given(0, flagOf('filter-regenerating', 1, 0)),
    given(1, flagOf('filter-regeneration-active', 1, 1)),
    given(2, flagOf('nox-adsorber-regenerating', 1, 2)),
    given(3, flagOf('nox-adsorber-desulfurising', 1, 3)),
    told('obd.dpf-trigger', given(4, percentOf('filter-regeneration-trigger', 2))),
    given(5, wordOf('filter-regeneration-interval', 'min', 3)),
    told('obd.dpf-regeneration-distance', given(6, kilometres('filter-regeneration-distance', 5))),
  ]),
  wideLambda(0x8c, 'lambda-wide', BANKS),
  number(0x8d, 'throttle-g', 1, '%', PERCENT, percent()),
  group(0x8e, 'torque-friction', 1, [torque('torque-friction', 0)]),
  group(0x8f, 'particulate-sensors', 7, [...sootSensor(1, 1), ...sootSensor(2, 4)]),
  group(0x90, 'wwh-vehicle', 3, [
    choiceOf('wwh-vehicle-display', 0, 0, 2, ['not discriminatory', 'discriminatory', null, 'not available']),
    choiceOf('wwh-vehicle-indicator', 0, 2, 4, INDICATOR),
    flagOf('wwh-vehicle-not-ready', 0, 6),
    wordOf('wwh-vehicle-mil-hours', 'h', 1),
  ]),
  group(0x91, 'wwh-unit', 5, [
    choiceOf('wwh-unit-indicator', 0, 0, 4, INDICATOR),
    wordOf('wwh-unit-mil-hours', 'h', 1),
    wordOf('wwh-unit-mil-hours-most', 'h', 3),
  ]),
  group(
    0x92,
    'fuel-control',
    2,
    [1, 2].flatMap((system) =>
      ['pressure', 'quantity', 'timing', 'balance'].map((what, i) => {
        const n = (system - 1) * 4 + i;
        return given(n, flagOf(`fuel-control-${what}-${system}-closed-loop`, 1, n));
      }),
    ),
  ),
  group(0x93, 'wwh-counters', 3, [given(0, wordOf('wwh-mil-hours-continuous', 'h', 1))]),
  group(0x94, 'nox-inducement', 12, [
    given(0, flagOf('nox-warning', 1, 0)),
    given(0, choiceOf('nox-inducement-1', 1, 1, 2, INDUCEMENT)),
    given(0, choiceOf('nox-inducement-2', 1, 3, 2, INDUCEMENT)),
    given(0, choiceOf('nox-inducement-3', 1, 5, 2, INDUCEMENT)),
    given(1, wordOf('nox-hours-reagent-quality', 'h', 2)),
    given(2, wordOf('nox-hours-reagent-consumption', 'h', 4)),
    given(3, wordOf('nox-hours-dosing', 'h', 6)),
    given(4, wordOf('nox-hours-egr-valve', 'h', 8)),
    given(5, wordOf('nox-hours-monitoring', 'h', 10)),
  ]),
  exhaust(0x98, 1, 5),
  exhaust(0x99, 2, 5),
  group(0x9a, 'traction-battery', 6, [
    given(0, choiceOf('hybrid-mode', 1, 0, 1, ['sustains its charge', 'depletes its charge'])),
    given(3, choiceOf('hybrid-mode-enhanced', 1, 1, 2, ['sustains its charge', 'depletes its charge', 'charges'])),
    told('obd.pack-voltage', given(1, wordOf('traction-battery-voltage', 'V', 2, 64))),
    told('obd.pack-current', given(2, signedOf('traction-battery-current', 'A', 4, 10))),
  ]),
  group(0x9b, 'reagent-sensor', 4, [
    given(
      0,
      quantity('reagent-type', null, [0, 15], (d) => d[0]! >> 4),
    ),
    given(
      1,
      quantity('reagent-concentration', '%', [0, 63.75], (d) => d[1]! / 4),
    ),
    given(2, celsiusOf('reagent-temperature', 2)),
    given(3, percentOf('reagent-tank', 3)),
  ]),
  wideLambda(0x9c, 'lambda-wide-rear', ['b1s3', 'b1s4', 'b2s3', 'b2s4']),
  group(0x9d, 'fuel-rate-mass', 4, [
    wordOf('fuel-rate-engine', 'g/s', 0, 50),
    wordOf('fuel-rate-vehicle', 'g/s', 2, 50),
  ]),
  number(0x9e, 'exhaust-flow', 2, 'kg/h', [0, 13_107], (d) => u16(d) / 5),
  group(
    0x9f,
    'fuel-system-use',
    9,
    [1, 2, 3, 4].flatMap((bank, i) =>
      ['a', 'b'].map((system, j) => given(i * 2 + j, percentOf(`fuel-system-${system}-b${bank}`, 1 + i * 2 + j))),
    ),
  ),
];
