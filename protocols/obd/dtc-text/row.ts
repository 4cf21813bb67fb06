/** Texts for trouble codes, written for service advisors; the meaning of each number is by SAE J2012-DA. */

/**
 * - `stop`: the car should not be driven before it has been looked at.
 * - `urgent`: repair before the car is handed back.
 * - `soon`: repair at the next visit; the car may be driven gently till then.
 * - `note`: mention it; nothing is at risk.
 */
export type Severity = 'stop' | 'urgent' | 'soon' | 'note';

export interface Wording {
  readonly en: string;
  readonly zh: string;
}

/** Code, English, Chinese, how bad, and what to say (a key of `ADVICE`). */
export type Row = readonly [code: string, en: string, zh: string, severity: Severity, advice: Advice];

export const ADVICE = {
  air: {
    en: 'The engine measures its air wrongly. It may stumble and use more fuel; check filter, hoses and sensor.',
    zh: '进气测量不准,可能抖动、油耗升高;建议检查空气滤芯、管路和传感器。',
  },
  fuel: {
    en: 'Fuel delivery is not as it should be. Power may fade; check pressure, filter and leaks before a long trip.',
    zh: '供油不正常,可能动力下降;长途前应检查油压、滤清器和有无泄漏。',
  },
  mixture: {
    en: 'The mixture is off. Driving on costs fuel and can harm the catalyst; look for leaks, then sensors and injectors.',
    zh: '混合气偏离正常,继续行驶会增加油耗并可能损伤三元催化;先查漏气,再查传感器和喷油器。',
  },
  oxygen: {
    en: 'An exhaust sensor no longer speaks truly. The car runs, but uses more fuel; test the sensor and its wiring.',
    zh: '排气氧传感器信号失真,车可行驶但油耗会升高;建议检测传感器及线束。',
  },
  misfire: {
    en: 'The engine misfires. Do not drive hard: unburnt fuel overheats the catalyst. Check plugs, coils and injectors now.',
    zh: '发动机失火,切勿激烈驾驶,未燃汽油会烧坏三元催化;应立即检查火花塞、点火线圈和喷油器。',
  },
  timing: {
    en: 'Valve timing does not fit. A worn chain can wreck the engine; check oil, actuator and timing drive before handing back.',
    zh: '配气正时不符,正时链磨损可能毁坏发动机;交车前应检查机油、执行器和正时机构。',
  },
  ignition: {
    en: 'The ignition has a fault. Power is lost and the catalyst suffers; coil, wiring and plug should be tested.',
    zh: '点火系统故障,动力下降并会伤及三元催化;建议检测线圈、线束和火花塞。',
  },
  position: {
    en: 'The engine may stop or not start again, because it loses its own position. Check sensor, plug and trigger wheel.',
    zh: '发动机可能熄火或无法再次启动,因为失去位置信号;应检查传感器、插头和信号盘。',
  },
  heat: {
    en: 'It gets too hot. Stop, let it cool down, and do not drive on before coolant, pump and fan have been checked.',
    zh: '温度过高,请停车冷却;检查冷却液、水泵和风扇之前不要继续行驶。',
  },
  cooling: {
    en: 'Cooling or its sensor is not right. Heating and fuel use suffer; check coolant level and thermostat.',
    zh: '冷却系统或其传感器异常,影响暖风和油耗;建议检查冷却液液位和节温器。',
  },
  exhaust: {
    en: 'Exhaust cleaning is too weak. The car drives, but will not pass inspection; find the cause before changing parts.',
    zh: '尾气净化能力不足,车可行驶但年检难以通过;更换部件前应先查明原因。',
  },
  vapour: {
    en: 'Fuel vapour escapes or is not drawn off. Begin with the fuel cap; the car may be driven.',
    zh: '燃油蒸气泄漏或未被抽走,先检查油箱盖;车辆可以行驶。',
  },
  filter: {
    en: 'The particle filter or its cleaning is in trouble. A longer drive at speed may help; if not, clean it in the workshop.',
    zh: '颗粒捕集器或其再生异常,可尝试较长时间高速行驶;无效则需在店内再生清理。',
  },
  reagent: {
    en: 'Exhaust fluid is low, wrong or not dosed. The car may refuse to start later; refill or check the system.',
    zh: '尿素液不足、不合格或未喷射,之后车辆可能无法启动;请加注或检查系统。',
  },
  boost: {
    en: 'Boost pressure is off. The engine limits its power to protect itself; check hoses, valve and turbocharger.',
    zh: '增压压力异常,发动机会限扭自我保护;建议检查管路、阀门和涡轮增压器。',
  },
  throttle: {
    en: 'Throttle or pedal signals disagree. The car may fall into limp mode in traffic; do not hand back unrepaired.',
    zh: '节气门或踏板信号不一致,行驶中可能进入跛行模式;未修复不宜交车。',
  },
  oil: {
    en: 'Oil pressure is in doubt. Switch off, check the level, and tow if it is not plainly the sensor.',
    zh: '机油压力可疑,请熄火检查油位;若不能确认仅是传感器问题,应拖车。',
  },
  idle: {
    en: 'Idle speed is not held. The car may stall at lights; clean the throttle and look for air leaks.',
    zh: '怠速不稳,停车时可能熄火;建议清洗节气门并检查漏气。',
  },
  charging: {
    en: 'The supply voltage is not right. The car may stop or not start; test battery, alternator and cables today.',
    zh: '供电电压异常,可能熄火或无法启动;今天就应检测蓄电池、发电机和线缆。',
  },
  module: {
    en: 'A control unit finds a fault in itself. Check supply and grounds first, then software, then the unit.',
    zh: '控制单元自检出故障,先查供电和搭铁,再查软件,最后考虑更换。',
  },
  comfort: {
    en: 'An auxiliary function is affected, driving is not. Repair when convenient.',
    zh: '仅影响辅助功能,不影响行驶;可择机修复。',
  },
  gearbox: {
    en: 'The gearbox is not working as planned and may stay in one gear. Check fluid and read its own control unit.',
    zh: '变速箱工作异常,可能锁在某一档;建议检查油液并读取变速箱控制单元。',
  },
  slip: {
    en: 'The gearbox slips or shifts wrongly. Every further drive wears it; do not hand back without diagnosis.',
    zh: '变速箱打滑或换档异常,继续行驶会加剧磨损;未诊断前不宜交车。',
  },
  highVoltage: {
    en: 'A fault in the high-voltage system. Only trained people may touch it; do not drive or charge the car.',
    zh: '高压系统故障,仅限持证人员操作;请勿行驶或充电。',
  },
  hybrid: {
    en: 'The electric drive is limited. Have it diagnosed by a high-voltage technician before a longer trip.',
    zh: '电驱动受限,长途前应由高压技师诊断。',
  },
  brakes: {
    en: 'ABS or stability control may be off. The brakes work, but may lock: drive carefully, repair before handing back.',
    zh: 'ABS 或车身稳定系统可能失效,制动仍有效但可能抱死;请谨慎驾驶,交车前修复。',
  },
  braking: {
    en: 'The brakes themselves may be affected. Do not drive before they have been checked.',
    zh: '制动系统本身可能受影响,检查之前请勿行驶。',
  },
  tyres: {
    en: 'Check the pressure of all tyres now, and look for damage.',
    zh: '请立即检查所有轮胎气压和有无损伤。',
  },
  restraint: {
    en: 'An airbag or belt tensioner may not work in a crash. Do not unplug anything; have it repaired before handing back.',
    zh: '碰撞时安全气囊或预紧器可能不工作,请勿自行插拔;交车前应修复。',
  },
  network: {
    en: 'A control unit is not heard on the network. Check its fuse, supply and plug before suspecting the unit.',
    zh: '网络上收不到某控制单元的信号,先查保险、供电和插头,再怀疑控制单元。',
  },
  data: {
    en: 'A control unit sends values that others cannot believe. Read that unit: the cause is mostly there.',
    zh: '某控制单元发出的数据不可信,请读取该单元,原因多在其内部。',
  },
} as const satisfies Record<string, Wording>;

export type Advice = keyof typeof ADVICE;

/** Codes of one circuit, by the last digit: what can be wrong with a wire. */
const CIRCUIT: readonly { readonly add: number; readonly en: string; readonly zh: string }[] = [
  { add: 0, en: 'electrical fault', zh: '电路故障' },
  { add: 1, en: 'implausible value', zh: '信号不合理' },
  { add: 2, en: 'signal too low', zh: '信号过低' },
  { add: 3, en: 'signal too high', zh: '信号过高' },
  { add: 4, en: 'comes and goes', zh: '信号间歇中断' },
];

/** Four or five neighbouring codes of one sensor: fault, implausible, low, high, intermittent. */
export function sensor(first: string, en: string, zh: string, severity: Severity, advice: Advice, count = 5): Row[] {
  return CIRCUIT.slice(0, count).map((c) => [
    codeAfter(first, c.add),
    `${en}: ${c.en}`,
    `${zh}:${c.zh}`,
    severity,
    advice,
  ]);
}

/** Neighbouring codes that differ by a number only. */
export function numbered(
  first: string,
  count: number,
  wording: (n: number) => Wording,
  severity: Severity,
  advice: Advice,
): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const { en, zh } = wording(i + 1);
    return [codeAfter(first, i), en, zh, severity, advice];
  });
}

/** The code so many numbers further on. In these families J2012 counts in decimal: P0209 is followed by P0210. */
export function codeAfter(code: string, add: number): string {
  return `${code[0]}${String(Number(code.slice(1)) + add).padStart(4, '0')}`;
}
