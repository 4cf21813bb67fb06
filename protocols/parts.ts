import type { Cause, FlagName } from './health/flag.ts';

/** A part as the store room knows it, in both languages. */
export interface PartName {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** What a flag will probably need; nothing is ordered on this alone, a check comes first. */
export const PARTS = {
  battery: { 'zh-CN': '蓄电池', en: 'Battery' },
  alternator: { 'zh-CN': '发电机', en: 'Alternator' },
  'drive-belt': { 'zh-CN': '附件皮带', en: 'Drive belt' },
  thermostat: { 'zh-CN': '节温器', en: 'Thermostat' },
  coolant: { 'zh-CN': '冷却液', en: 'Coolant' },
  'intake-hose': { 'zh-CN': '进气软管与密封圈', en: 'Intake hose and seals' },
  'air-meter': { 'zh-CN': '空气流量计', en: 'Air mass meter' },
  'fuel-filter': { 'zh-CN': '燃油滤清器', en: 'Fuel filter' },
  'purge-valve': { 'zh-CN': '炭罐电磁阀', en: 'Purge valve' },
  catalyst: { 'zh-CN': '三元催化器', en: 'Catalyst' },
  'spark-plugs': { 'zh-CN': '火花塞', en: 'Spark plugs' },
  'ignition-coil': { 'zh-CN': '点火线圈', en: 'Ignition coil' },
  'oxygen-sensor': { 'zh-CN': '氧传感器', en: 'Oxygen sensor' },
  'particulate-filter': { 'zh-CN': '颗粒捕集器清洗件', en: 'Particulate filter cleaning kit' },
  'engine-oil': { 'zh-CN': '机油', en: 'Engine oil' },
  'oil-filter': { 'zh-CN': '机油滤清器', en: 'Oil filter' },
  'service-kit': { 'zh-CN': '保养套件', en: 'Service kit' },
  'brake-pads': { 'zh-CN': '制动片', en: 'Brake pads' },
  tyre: { 'zh-CN': '轮胎与气门嘴', en: 'Tyre and valve' },
} as const satisfies Record<string, PartName>;
export type Part = keyof typeof PARTS;

const OF_FLAG: Readonly<Record<FlagName, readonly Part[]>> = {
  battery: ['battery'],
  alternator: ['alternator', 'drive-belt'],
  'warm-up': ['thermostat', 'coolant'],
  'fuel-trim': [],
  catalyst: ['catalyst'],
  misfire: ['spark-plugs', 'ignition-coil'],
  oxygen: ['oxygen-sensor'],
  'particulate-filter': ['particulate-filter'],
  oil: ['engine-oil', 'oil-filter'],
  service: ['service-kit'],
  brakes: ['brake-pads'],
  // A code names a circuit, not a part; a drive battery is not kept on a shelf.
  codes: [],
  pack: [],
  tyres: ['tyre'],
};

/** Where the evidence tells the cause, the cause names the part. */
const OF_CAUSE: Readonly<Partial<Record<Cause, readonly Part[]>>> = {
  drained: [],
  alternator: ['alternator', 'drive-belt'],
  vacuum: ['intake-hose'],
  'air-meter': ['air-meter'],
  delivery: ['fuel-filter'],
  rich: ['purge-valve'],
};

/** Parts that a flag will probably need; none where nobody can say before the check. */
export function partsOf(flag: FlagName, cause: Cause | null): readonly Part[] {
  return (cause === null ? undefined : OF_CAUSE[cause]) ?? OF_FLAG[flag];
}
