import type { Wording } from './dtc-text/row.ts';

/** Names of the monitors (OBDMID) and of the tests that have a standard number (SAE J1979-DA), in our own words. */
interface MonitorName {
  /** Kebab-case. */
  readonly name: string;
  readonly text: Wording;
}

type Named = (n: number) => MonitorName;

/** Sensors come in fours to a bank; a fifth of banks 1 and 2 was added later, behind all the others. */
const sensors =
  (name: string, en: string, zh: string): Named =>
  (n) => {
    const [bank, sensor] = n < 16 ? [(n >> 2) + 1, (n & 3) + 1] : [n - 15, 5];
    return {
      name: `${name}-b${bank}s${sensor}`,
      text: { en: `${en}, bank ${bank} sensor ${sensor}`, zh: `${zh}:${bank} 列 ${sensor} 号` },
    };
  };

const banks =
  (name: string, en: string, zh: string): Named =>
  (n) => ({ name: `${name}-b${n + 1}`, text: { en: `${en}, bank ${n + 1}`, zh: `${zh}:${n + 1} 列` } });

const numbered =
  (name: string, en: string, zh: string): Named =>
  (n) => ({ name: `${name}-${n + 1}`, text: { en: `${en} ${n + 1}`, zh: `${zh} ${n + 1}` } });

const one =
  (name: string, en: string, zh: string): Named =>
  () => ({ name, text: { en, zh } });

const FILTER = banks('particulate-filter', 'Particle filter', '颗粒捕集器');
const CYLINDER: Named = (n) => ({
  name: `misfire-cylinder-${n + 1}`,
  text: { en: `Misfire, cylinder ${n + 1}`, zh: `失火:${n + 1} 缸` },
});

/** Rows of banks and sensors: first number, how many, and the name of the n-th. */
const ROWS: readonly (readonly [first: number, count: number, named: Named])[] = [
  [0x01, 18, sensors('oxygen-sensor', 'Oxygen sensor', '氧传感器')],
  [0x21, 4, banks('catalyst', 'Catalyst', '三元催化器')],
  [0x31, 4, banks('egr', 'Exhaust recirculation', '废气再循环')],
  [0x35, 4, banks('vvt', 'Variable valve timing', '可变气门正时')],
  [0x39, 1, one('evap-cap-off', 'Fuel vapour leak, cap off or 3.8 mm', '燃油蒸气泄漏:油箱盖未盖或 3.8 mm')],
  [0x3a, 1, one('evap-2.3mm', 'Fuel vapour leak of 2.3 mm', '燃油蒸气泄漏:2.3 mm')],
  [0x3b, 1, one('evap-1.0mm', 'Fuel vapour leak of 1.0 mm', '燃油蒸气泄漏:1.0 mm')],
  [0x3c, 1, one('evap-0.5mm', 'Fuel vapour leak of 0.5 mm', '燃油蒸气泄漏:0.5 mm')],
  [0x3d, 1, one('purge-flow', 'Purge flow', '炭罐脱附流量')],
  [0x41, 18, sensors('oxygen-sensor-heater', 'Oxygen sensor heater', '氧传感器加热器')],
  [0x61, 4, banks('heated-catalyst', 'Heated catalyst', '加热型催化器')],
  [0x71, 4, numbered('secondary-air', 'Secondary air', '二次空气')],
  [0x81, 4, banks('fuel-system', 'Fuel system', '燃油系统')],
  [0x85, 2, banks('boost', 'Boost pressure control', '增压压力控制')],
  [0x90, 2, banks('nox-adsorber', 'NOx adsorber', '氮氧化物吸附器')],
  [0x98, 2, banks('nox-catalyst', 'NOx catalyst', '氮氧化物(SCR)催化器')],
  [0xa1, 1, one('misfire', 'Misfire, all cylinders', '失火:全部气缸')],
  [0xa2, 16, CYLINDER],
  [0xb2, 2, FILTER],
];

/** Tests of the misfire monitors. */
const MISFIRE = [0x0b, 0x0c];

/**
 * What a monitor is called; one that no table names keeps its number. From E1 on they belong to the maker.
 *
 * B0 and B1 were the particle filters until the standard gave them to the cylinders 15 and 16 and moved the filters to B2
 * and B3. The test tells them apart: only misfire monitors have the tests 0B and 0C.
 */
export function monitorName(mid: number, tid: number | null = null): MonitorName {
  if ((mid === 0xb0 || mid === 0xb1) && tid !== null && !MISFIRE.includes(tid)) return FILTER(mid - 0xb0);
  const row = ROWS.find(([first, count]) => mid >= first && mid < first + count);
  if (row) return row[2](mid - row[0]);
  const number = mid.toString(16).toUpperCase().padStart(2, '0');
  if (mid >= 0xe1) {
    return { name: `maker-${number}`, text: { en: `Monitor ${number} of the maker`, zh: `厂家监测项 ${number}` } };
  }
  return { name: `monitor-${number}`, text: { en: `Monitor ${number}`, zh: `监测项 ${number}` } };
}

/** Tests of the oxygen sensor monitors; the number is the same in service 05. */
const SENSOR_TESTS: Readonly<Record<number, Wording>> = {
  1: { en: 'rich-to-lean threshold', zh: '浓到稀的阈值电压' },
  2: { en: 'lean-to-rich threshold', zh: '稀到浓的阈值电压' },
  3: { en: 'low voltage for switch time', zh: '计算切换时间的低电压' },
  4: { en: 'high voltage for switch time', zh: '计算切换时间的高电压' },
  5: { en: 'rich-to-lean switch time', zh: '浓到稀的切换时间' },
  6: { en: 'lean-to-rich switch time', zh: '稀到浓的切换时间' },
  7: { en: 'lowest voltage of the test', zh: '测试循环最低电压' },
  8: { en: 'highest voltage of the test', zh: '测试循环最高电压' },
  9: { en: 'time between transitions', zh: '两次跳变的间隔时间' },
  10: { en: 'sensor period', zh: '传感器周期' },
};

const MISFIRE_TESTS: Readonly<Record<number, Wording>> = {
  11: { en: 'misfires, mean of the last ten cycles', zh: '失火次数:最近十个循环的平均' },
  12: { en: 'misfires, this or the last cycle', zh: '失火次数:本次或上次循环' },
};

/** Null: the test belongs to the maker (80 to FE), or to no standard test of this monitor. */
export function testName(mid: number, tid: number): Wording | null {
  if (mid >= 0x01 && mid <= 0x12) return SENSOR_TESTS[tid] ?? null;
  return mid >= 0xa1 && mid <= 0xb1 ? (MISFIRE_TESTS[tid] ?? null) : null;
}

/** Service 05 knows the same tests by the same numbers. */
export function sensorTest(tid: number): Wording | null {
  return SENSOR_TESTS[tid] ?? null;
}
