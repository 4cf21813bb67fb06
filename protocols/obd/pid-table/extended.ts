import {
  bit,
  from,
  given,
  group,
  number,
  type Parameter,
  type PidValue,
  quantity,
  s16,
  state,
  u16,
  u32,
} from '../parameter.ts';
import {
  CELSIUS,
  celsius,
  celsiusOf,
  celsiusWideOf,
  PERCENT,
  percent,
  percentOf,
  TORQUE,
  trimOf,
  wordOf,
} from './common.ts';

/**
 * Parameters 61 to D3. Most tell in byte A which of their values the car has. A parameter without quantities is one
 * whose length is known and whose scaling public documents do not agree on: it is stepped over, not guessed.
 */

const torque = (name: string, at: number) => quantity(name, '%', TORQUE, (d) => d[at]! - 125);

/** Two bits: how a loop is controlled. */
const loop =
  (at: number, shift: number) =>
  (d: readonly number[]): PidValue =>
    [null, 'open loop', 'closed loop', 'fault'][(d[at]! >> shift) & 3] ?? null;

const seconds = (name: string, at: number) => quantity(name, 's', [0, 4_294_967_295], (d) => u32(d, at));
const kilometres = (name: string, at: number) => wordOf(name, 'km', at);

/** Run time of auxiliary emission control devices: five to a parameter, two timers each. */
const auxiliary = (pid: number, first: number): Parameter =>
  group(
    pid,
    `aecd-${first}-to-${first + 4}`,
    41,
    [0, 1, 2, 3, 4].flatMap((i) => [
      given(i, seconds(`aecd-${first + i}-timer-1`, 1 + i * 8)),
      given(i, seconds(`aecd-${first + i}-timer-2`, 5 + i * 8)),
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
const nox = (pid: number, name: string, sensors: readonly string[]): Parameter =>
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

/** Concentrations come first; public documents disagree on their step. */
const wideLambda = (pid: number, name: string, sensors: readonly string[]): Parameter =>
  group(
    pid,
    name,
    17,
    sensors.map((s, i) => given(i + 4, wordOf(`lambda-wide-${s}`, null, 9 + i * 2, 8_192))),
  );

const filter = (pid: number, bank: number): Parameter =>
  group(pid, `particulate-filter-b${bank}`, 7, [
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
  four(0x6b, 'egr-temperature', celsiusOf, BANKS),
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
  four(0x6f, 'compressor-inlet', (name, at) => quantity(name, 'kPa', [0, 255], (d) => d[at]!), ['a', 'b']),
  group(0x70, 'boost', 10, [
    given(0, wordOf('boost-a-commanded', 'kPa', 1, 32)),
    given(1, wordOf('boost-a', 'kPa', 3, 32)),
    given(2, state('boost-a-control', loop(9, 0))),
    given(3, wordOf('boost-b-commanded', 'kPa', 5, 32)),
    given(4, wordOf('boost-b', 'kPa', 7, 32)),
    given(5, state('boost-b-control', loop(9, 2))),
  ]),
  group(0x71, 'turbo-geometry', 6, [
    given(0, percentOf('turbo-geometry-a-commanded', 1)),
    given(1, percentOf('turbo-geometry-a', 2)),
    given(2, state('turbo-geometry-a-control', loop(5, 0))),
    given(3, percentOf('turbo-geometry-b-commanded', 3)),
    given(4, percentOf('turbo-geometry-b', 4)),
    given(5, state('turbo-geometry-b-control', loop(5, 2))),
  ]),
  four(0x72, 'wastegate', percentOf, SIDES),
  group(0x73, 'exhaust-pressure', 5, [
    given(0, wordOf('exhaust-pressure-b1', 'kPa', 1, 100)),
    given(1, wordOf('exhaust-pressure-b2', 'kPa', 3, 100)),
  ]),
  group(0x74, 'turbo-speed', 5, []),
  turbo(0x75, 'a'),
  turbo(0x76, 'b'),
  four(0x77, 'charge-air', celsiusOf, BANKS),
  exhaust(0x78, 1, 1),
  exhaust(0x79, 2, 1),
  filter(0x7a, 1),
  filter(0x7b, 2),
  group(0x7c, 'particulate-filter-temperature', 9, [
    given(0, celsiusWideOf('particulate-filter-b1-inlet-temperature', 1)),
    given(1, celsiusWideOf('particulate-filter-b1-outlet-temperature', 3)),
    given(2, celsiusWideOf('particulate-filter-b2-inlet-temperature', 5)),
    given(3, celsiusWideOf('particulate-filter-b2-outlet-temperature', 7)),
  ]),
  group(0x7d, 'nox-control-area', 1, []),
  group(0x7e, 'pm-control-area', 1, []),
  group(0x7f, 'run-time-total', 13, [
    given(0, seconds('engine-time', 1)),
    given(1, seconds('idle-time', 5)),
    given(2, seconds('pto-time', 9)),
  ]),
  auxiliary(0x81, 1),
  auxiliary(0x82, 6),
  nox(0x83, 'nox', BANKS),
  number(0x84, 'manifold-surface', 1, 'Cel', CELSIUS, celsius()),
  group(0x85, 'reagent', 10, [
    given(0, wordOf('reagent-rate', 'L/h', 1, 200)),
    given(1, wordOf('reagent-rate-demanded', 'L/h', 3, 200)),
    given(2, percentOf('reagent-level', 5)),
    given(3, seconds('reagent-warning-time', 6)),
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
    kilometres('scr-inducement-distance', 3),
    kilometres('scr-distance', 5),
    kilometres('scr-inducement-distance-10-20', 7),
    kilometres('scr-inducement-distance-20-30', 9),
    kilometres('scr-inducement-distance-30-40', 11),
  ]),
  auxiliary(0x89, 11),
  auxiliary(0x8a, 16),
  group(0x8b, 'aftertreatment', 7, [
    given(
      0,
      state('filter-regenerating', (d) => bit(d, 1, 0)),
    ),
    given(
      1,
      state('filter-regeneration-active', (d) => bit(d, 1, 1)),
    ),
    given(
      2,
      state('nox-adsorber-regenerating', (d) => bit(d, 1, 2)),
    ),
    given(
      3,
      state('nox-adsorber-desulfurising', (d) => bit(d, 1, 3)),
    ),
    given(4, percentOf('filter-regeneration-trigger', 2)),
    given(6, kilometres('filter-regeneration-distance', 5)),
  ]),
  wideLambda(0x8c, 'lambda-wide', BANKS),
  number(0x8d, 'throttle-g', 1, '%', PERCENT, percent()),
  group(0x8e, 'torque-friction', 1, [torque('torque-friction', 0)]),
  group(0x90, 'wwh-vehicle', 3, [wordOf('wwh-vehicle-mil-hours', 'h', 1)]),
  group(0x91, 'wwh-unit', 5, [wordOf('wwh-unit-mil-hours', 'h', 1), wordOf('wwh-unit-mil-hours-most', 'h', 3)]),
  group(0x92, 'fuel-control', 2, []),
  group(0x93, 'wwh-counters', 3, [given(0, wordOf('wwh-mil-hours-continuous', 'h', 1))]),
  group(0x94, 'nox-inducement', 12, []),
  exhaust(0x98, 1, 5),
  exhaust(0x99, 2, 5),
  group(0x9a, 'traction-battery', 6, [
    given(1, wordOf('traction-battery-voltage', 'V', 2, 64)),
    given(
      2,
      quantity('traction-battery-current', 'A', [-3_276.8, 3_276.7], (d) => s16(d, 4) / 10),
    ),
  ]),
  group(0x9b, 'reagent-sensor', 4, []),
  wideLambda(0x9c, 'lambda-wide-rear', ['b1s3', 'b1s4', 'b2s3', 'b2s4']),
  group(0x9d, 'fuel-rate-mass', 4, [
    wordOf('fuel-rate-engine', 'g/s', 0, 50),
    wordOf('fuel-rate-vehicle', 'g/s', 2, 50),
  ]),
  number(0x9e, 'exhaust-flow', 2, 'kg/h', [0, 13_107], (d) => u16(d) / 5),
  group(0x9f, 'fuel-system-use', 9, []),
  nox(0xa1, 'nox-corrected', BANKS),
  number(0xa2, 'cylinder-fuel', 2, 'mg/stroke', [0, 2_047.96875], (d) => u16(d) / 32),
  group(0xa3, 'evap-pressure-sensors', 9, []),
  group(0xa4, 'gear', 4, [given(1, wordOf('gear-ratio', null, 2, 1000))]),
  group(0xa5, 'reagent-dosing', 4, [
    given(
      0,
      quantity('reagent-dosing-commanded', '%', [0, 127.5], (d) => d[1]! / 2),
    ),
  ]),
  number(0xa6, 'odometer', 4, 'km', [0, 429_496_729.5], (d) => u32(d) / 10, 'obd.odometer'),
  group(0xa9, 'abs-switch', 4, [
    given(
      0,
      state('abs-switched-off', (d) => bit(d, 1, 0)),
    ),
  ]),
  number(0xaa, 'speed-limit', 1, 'km/h', [0, 255], (d) => d[0]!),
  number(0xb2, 'traction-battery-health', 1, '%', PERCENT, percent()),
  group(0xd2, 'certified-battery', 3, [
    given(0, percentOf('certified-energy', 1)),
    given(1, percentOf('certified-range', 2)),
  ]),
  number(0xd3, 'engine-odometer', 4, 'km', [0, 429_496_729.5], (d) => u32(d) / 10),
];
