import type { Dialect } from '../../../protocols/obd/dialect.ts';
import { J1979 } from '../../../protocols/obd/j1979.ts';
import { J1979_2 } from '../../../protocols/obd/j1979-2.ts';

/** In the order in which a car is asked whether it speaks them. */
export const DIALECTS: readonly Dialect[] = [J1979, J1979_2];
