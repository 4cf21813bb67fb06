/**
 * The words of a report in Chinese. Values that are words, monitors and remarks are English in JSON, where programs compare
 * them; a person reads them through this table. What it does not know (a maker's own, names of norms) stays as it is.
 */
const WORDS: Readonly<Record<string, string>> = {
  // Values: parameters 03, 12, 1C, 51 and the newer ones that are words
  off: '关闭',
  none: '无',
  'open loop': '开环',
  'open loop, too cold': '开环,温度未达到',
  'closed loop': '闭环',
  'open loop, load or overrun': '开环,负荷或滑行断油',
  'open loop, fault': '开环,有故障',
  'closed loop, sensor fault': '闭环,传感器有故障',
  'open loop, too cold (bank 2)': '开环,温度未达到(2 列)',
  'open loop, load or overrun (bank 2)': '开环,负荷或滑行断油(2 列)',
  'open loop, fault (bank 2)': '开环,有故障(2 列)',
  'upstream of the catalyst': '催化器上游',
  'downstream of the catalyst inlet': '催化器入口下游',
  'atmosphere or off': '排向大气或关闭',
  'on for diagnosis': '为诊断而开启',
  gasoline: '汽油',
  methanol: '甲醇',
  ethanol: '乙醇',
  diesel: '柴油',
  LPG: '液化石油气',
  CNG: '压缩天然气',
  propane: '丙烷',
  electric: '电',
  'bi-fuel, on gasoline': '两用燃料,正用汽油',
  'bi-fuel, on methanol': '两用燃料,正用甲醇',
  'bi-fuel, on ethanol': '两用燃料,正用乙醇',
  'bi-fuel, on LPG': '两用燃料,正用液化石油气',
  'bi-fuel, on CNG': '两用燃料,正用压缩天然气',
  'bi-fuel, on propane': '两用燃料,正用丙烷',
  'bi-fuel, on battery': '两用燃料,正用电池',
  'bi-fuel, on battery and engine': '两用燃料,正用电池和发动机',
  'bi-fuel, on diesel': '两用燃料,正用柴油',
  'bi-fuel, on natural gas': '两用燃料,正用天然气',
  'hybrid, gasoline': '混合动力,汽油',
  'hybrid, ethanol': '混合动力,乙醇',
  'hybrid, diesel': '混合动力,柴油',
  'hybrid, on battery': '混合动力,正用电池',
  'hybrid, on battery and engine': '混合动力,正用电池和发动机',
  'hybrid, regenerating': '混合动力,能量回收中',
  'natural gas': '天然气',
  'dual fuel, diesel and CNG': '双燃料,柴油和压缩天然气',
  'dual fuel, diesel and LNG': '双燃料,柴油和液化天然气',
  'fuel cell, hydrogen': '氢燃料电池',
  'hydrogen engine': '氢内燃机',
  kerosene: '煤油',
  'heavy fuel oil': '重油',
  fault: '故障',
  inside: '区内',
  outside: '区外',
  'inside the carve-out of the maker': '厂家豁免区内',
  'deficiency active': '缺陷豁免生效',
  'reagent low': '还原剂液位低',
  'wrong reagent': '还原剂错误',
  'consumption deviates': '消耗量异常',
  'NOx too high': 'NOx 过高',
  'not discriminatory': '不区分显示',
  discriminatory: '区分显示',
  'not available': '不可用',
  'on demand': '按需',
  short: '短促',
  continuous: '持续',
  error: '错误',
  inactive: '未激活',
  enabled: '已启用',
  active: '已激活',
  'not supported': '不支持',
  'sustains its charge': '维持电量',
  'depletes its charge': '消耗电量',
  charges: '充电',
  true: '是',
  false: '否',
  // Monitors of readiness
  misfire: '失火',
  'fuel-system': '燃油系统',
  components: '综合部件',
  catalyst: '三元催化器',
  'heated-catalyst': '加热型催化器',
  'evaporative-system': '燃油蒸发系统',
  'secondary-air': '二次空气',
  'gasoline-particulate-filter': '汽油机颗粒捕集器',
  'oxygen-sensor': '氧传感器',
  'oxygen-sensor-heater': '氧传感器加热器',
  'egr-vvt': 'EGR/VVT',
  'nmhc-catalyst': 'NMHC 催化器',
  'nox-aftertreatment': 'NOx 后处理',
  'boost-pressure': '增压压力',
  'exhaust-gas-sensor': '排气传感器',
  'particulate-filter': '颗粒捕集器',
  'engine-cooling': '发动机冷却',
  'crankcase-ventilation': '曲轴箱通风',
  egr: '废气再循环',
  vvt: '可变气门正时',
  'direct-ozone-reduction': '臭氧直接还原',
  'cold-start': '冷起动减排',
  'nox-adsorber': 'NOx 吸附器',
  other: '其他',
  // What an adapter can
  'echo off': '关闭回显',
  'line feeds off': '关闭换行',
  'spaces off': '关闭空格',
  headers: '报头',
  'memory off': '关闭记忆',
  'adaptive timing': '自适应时序',
  'time-out': '超时设置',
  description: '说明',
  'count digit': '应答行数位',
  'STN commands': 'STN 命令',
  // Codes: how far they are, and how bad
  stored: '已存储',
  pending: '待定',
  permanent: '永久',
  stop: '禁止行驶',
  urgent: '紧急',
  soon: '尽快',
  note: '提示',
};

/** Names of norms: what is a name stays, what is a word does not. */
const NORMS: readonly (readonly [RegExp, string])[] = [
  [/^motorcycle, /, '摩托车 '],
  [/, heavy duty$/, '(重型)'],
  [/, partial$/, '(部分)'],
  [/ without NOx control$/, '(无 NOx 控制)'],
  [/ with NOx control$/, '(带 NOx 控制)'],
  [/\bBrazil\b/, '巴西'],
  [/\bIndia\b/, '印度'],
  [/\bChina\b/, '中国'],
  [/\bTaiwan\b/, '中国台湾'],
  [/\bJapan\b/, '日本'],
  [/\bEuro\b/, '欧'],
  [/, /, '、'],
  [/ and /, ' 和 '],
];

/** Signs that codes were cleared not long ago (clearing.ts). */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/^([\d.]+) warm-ups since codes were cleared$/, '清码后仅暖机 $1 次'],
  [/^([\d.]+) km since codes were cleared$/, '清码后仅行驶 $1 km'],
  [/^([\d.]+) min of running since codes were cleared$/, '清码后仅运行 $1 分钟'],
  [/^(\d+) monitors not complete$/, '$1 项监测未完成'],
  [/^permanent without stored: (.*)$/, '有永久码而无存储码:$1'],
];

/** A word, a list of words or a norm in Chinese; as it is where no table knows it. */
export function wordInZh(word: string): string {
  if (Object.hasOwn(WORDS, word)) return WORDS[word]!;
  const parts = word.split(', ');
  if (parts.every((p) => Object.hasOwn(WORDS, p))) return parts.map((p) => WORDS[p]).join('、');
  if (/\b[A-Z]*OBD|\bEMD|Euro|China/.test(word))
    return NORMS.reduce((text, [from, to]) => text.replace(from, to), word);
  return word;
}

/** A sign of `clearedEvidence` in Chinese. */
export function signInZh(sign: string): string {
  return SIGNS.reduce((text, [from, to]) => text.replace(from, to), sign);
}
