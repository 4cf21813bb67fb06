import { given, group, number, type Parameter, quantity, u16, u32 } from '../parameter.ts';
import { flagOf, PERCENT, percent, percentOf, signedOf, wordOf } from './common.ts';
import { nox } from './extended.ts';

/** Parameters A1 to D3: see extended.ts for what they were compared with. */
export const NEWER: readonly Parameter[] = [
  nox(0xa1, 'nox-corrected', ['b1s1', 'b1s2', 'b2s1', 'b2s2']),
  number(0xa2, 'cylinder-fuel', 2, 'mg/stroke', [0, 2_047.96875], (d) => u16(d) / 32),
  group(
    0xa3,
    'evap-pressure-sensors',
    9,
    ['a', 'b'].flatMap((sensor, i) => [
      given(i * 2, signedOf(`evap-pressure-${sensor}`, 'Pa', 1 + i * 4, 4)),
      given(i * 2 + 1, signedOf(`evap-pressure-${sensor}-wide`, 'Pa', 3 + i * 4, 0.5)),
    ]),
  ),
  group(0xa4, 'gear', 4, [
    given(
      0,
      quantity('gear-actual', null, [0, 15], (d) => d[1]! >> 4),
    ),
    given(1, wordOf('gear-ratio', null, 2, 1000)),
  ]),
  group(0xa5, 'reagent-dosing', 4, [
    given(
      0,
      quantity('reagent-dosing-commanded', '%', [0, 127.5], (d) => d[1]! / 2),
    ),
    given(1, wordOf('reagent-used-this-cycle', 'L', 2, 2000)),
  ]),
  number(0xa6, 'odometer', 4, 'km', [0, 429_496_729.5], (d) => u32(d) / 10, 'obd.odometer'),
  group(0xa9, 'abs-switch', 4, [given(0, flagOf('abs-switched-off', 1, 0))]),
  number(0xaa, 'speed-limit', 1, 'km/h', [0, 255], (d) => d[0]!),
  number(0xb2, 'traction-battery-health', 1, '%', PERCENT, percent(), 'obd.pack-health'),
  // Byte A, the state of the inducement, is in no public document.
  group(0xc6, 'particulate-inducement', 7, [
    wordOf('particulate-hours-filter-removed', 'h', 1),
    wordOf('particulate-hours-additive', 'h', 3),
    wordOf('particulate-hours-monitoring', 'h', 5),
  ]),
  number(0xc7, 'distance-since-reflash', 2, 'km', [0, 65_535], u16),
  group(0xd2, 'certified-battery', 3, [
    given(0, percentOf('certified-energy', 1)),
    given(1, percentOf('certified-range', 2)),
  ]),
  number(0xd3, 'engine-odometer', 4, 'km', [0, 429_496_729.5], (d) => u32(d) / 10),
];
