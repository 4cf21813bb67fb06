import type { FlagName } from './flag.ts';

export type Locale = 'zh-CN' | 'en';

export interface FlagWords {
  /** What the part is called. */
  readonly name: string;
  /** To the customer; follows the name of the car (Chinese) or `Your car:` (English). */
  readonly subject: string;
  /** To the customer; follows "we noticed that". */
  readonly seen: string;
  readonly advice: string;
  /** To the advisor: what was measured, and what to check before anything is replaced. */
  readonly measured: string;
  readonly check: string;
}

/** One row a flag, in both languages, in the words of someone who drives and does not repair. */
export const FLAG_WORDS: Readonly<Record<FlagName, Readonly<Record<Locale, FlagWords>>>> = {
  battery: {
    'zh-CN': {
      name: '蓄电池',
      subject: '的蓄电池建议检查',
      seen: '蓄电池在启动时比以前吃力',
      advice: '为避免某天早上车辆无法启动，建议您在此之前来店检查，约需二十分钟。',
      measured: '发动机启动时的最低电压比此车以前低。',
      check: '请检测蓄电池、接线柱和充电电压；不要仅凭此项更换。',
    },
    en: {
      name: 'Battery',
      subject: 'its battery should be looked at',
      seen: 'its battery has a harder time starting the engine than before',
      advice:
        'So that you are not left with a car that does not start, we suggest a check before then. It takes about twenty minutes.',
      measured: 'The lowest voltage while the engine starts has fallen for this car.',
      check: 'Test the battery, its terminals and the charging voltage; do not replace it on this evidence alone.',
    },
  },
  alternator: {
    'zh-CN': {
      name: '发电机',
      subject: '的充电系统建议检查',
      seen: '行驶时给蓄电池的充电不如以前',
      advice: '长期充电不足，车辆可能在路上熄火或无法启动。建议您尽快来店检查，约需半小时。',
      measured: '热车行驶时的充电电压不在正常范围内。',
      check: '请检查皮带、接线和接地，带负载测量充电电压。',
    },
    en: {
      name: 'Alternator',
      subject: 'its charging should be looked at',
      seen: 'its battery is not charged as well as before while you drive',
      advice:
        'A car that is not charged may stop on the road or not start again. We suggest a check soon. It takes about half an hour.',
      measured: 'The charging voltage of the warm, running engine is not what it should be.',
      check: 'Check belt, wiring and ground; measure the charging voltage under load.',
    },
  },
  'warm-up': {
    'zh-CN': {
      name: '暖机',
      subject: '的暖车时间建议检查',
      seen: '发动机升到正常温度所用的时间比以前长',
      advice: '长期如此会增加油耗，也会让暖风变慢。建议您在此之前来店检查，约需半小时。',
      measured: '冷启动后冷却液升温所需的热量比此车以前多，或温度上不去。',
      check: '请检查节温器、冷却液液位和风扇。',
    },
    en: {
      name: 'Warm-up',
      subject: 'its engine warms up slowly',
      seen: 'its engine takes longer than before to get warm',
      advice:
        'Left alone this costs fuel, and the heater takes longer. We suggest a check before then. It takes about half an hour.',
      measured: 'After a cold start the coolant needs more heat than it used to, or does not get warm.',
      check: 'Check the thermostat, the coolant level and the fan.',
    },
  },
  'fuel-trim': {
    'zh-CN': {
      name: '混合气修正',
      subject: '的发动机建议检查',
      seen: '发动机需要比以前更多地修正燃油和空气的比例',
      advice: '及早检查通常只是小修；放任不管会增加油耗，并可能点亮故障灯。约需一小时。',
      measured: '燃油修正持续偏离此车以前的水平。',
      check: '请检查进气密封性、空气流量计和燃油压力。',
    },
    en: {
      name: 'Fuel trim',
      subject: 'its engine should be looked at',
      seen: 'its engine corrects its mix of fuel and air more than it used to',
      advice:
        'Found early this is usually a small repair; left alone it costs fuel and may light the warning lamp. A check takes about an hour.',
      measured: 'The fuel trims have moved away from where they were on this car.',
      check: 'Check the intake for leaks, the air meter and the fuel pressure.',
    },
  },
  catalyst: {
    'zh-CN': {
      name: '三元催化器',
      subject: '的尾气净化建议检查',
      seen: '尾气净化装置的效果在下降',
      advice: '及早检查可以避免年检不通过。建议您来店检查，约需一小时。',
      measured: '车辆自检的催化器余量变小。',
      check: '请先排除排气泄漏、失火和氧传感器故障，再判断催化器。',
    },
    en: {
      name: 'Catalyst',
      subject: 'its exhaust cleaning should be looked at',
      seen: 'its exhaust is not cleaned as well as before',
      advice: 'A check in good time saves trouble at the next inspection of the car. It takes about an hour.',
      measured: "What is left to the limit in the car's own catalyst test shrinks.",
      check: 'Rule out exhaust leaks, misfires and oxygen sensors before the catalyst is judged.',
    },
  },
  misfire: {
    'zh-CN': {
      name: '失火',
      subject: '的点火建议检查',
      seen: '发动机有一个气缸有时没有正常点火',
      advice: '继续行驶可能损坏尾气净化装置。建议您尽快来店检查，约需一小时。',
      measured: '一个气缸的失火次数明显多于其他气缸或以前。',
      check: '请检查火花塞、点火线圈和喷油器；可与其他气缸互换验证。',
    },
    en: {
      name: 'Misfire',
      subject: 'its ignition should be looked at',
      seen: 'one cylinder of its engine does not always fire',
      advice:
        'Driving on may damage the exhaust cleaning, which costs far more. We suggest a check soon. It takes about an hour.',
      measured: 'One cylinder misfires clearly more often than the others, or than before.',
      check: 'Check spark plug, coil and injector; swap them with another cylinder to make sure.',
    },
  },
  oxygen: {
    'zh-CN': {
      name: '氧传感器',
      subject: '的尾气传感器建议检查',
      seen: '一个测量尾气的传感器反应变慢',
      advice: '及早更换可以避免油耗增加。建议您来店检查，约需半小时。',
      measured: '车辆自检的氧传感器余量变小。',
      check: '请检查传感器接线、加热和排气泄漏。',
    },
    en: {
      name: 'Oxygen sensor',
      subject: 'a sensor in its exhaust should be looked at',
      seen: 'a sensor in its exhaust has become slow',
      advice: 'Looked after in time it saves fuel. We suggest a check. It takes about half an hour.',
      measured: "What is left to the limit in the car's own test of the sensor shrinks.",
      check: "Check the sensor's wiring and heater, and the exhaust for leaks.",
    },
  },
  'particulate-filter': {
    'zh-CN': {
      name: '颗粒捕集器',
      subject: '的颗粒捕集器建议检查',
      seen: '颗粒捕集器需要清洁的次数与以前不同',
      advice: '及早处理通常只需清洁。建议您来店检查，约需一小时。',
      measured: '两次再生之间的里程与此车以前不同。',
      check: '请检查灰分、压差传感器和喷油器；查看再生是否被中断。',
    },
    en: {
      name: 'Particulate filter',
      subject: 'its particulate filter should be looked at',
      seen: 'its particulate filter needs cleaning at other intervals than before',
      advice: 'In good time a cleaning is usually enough. We suggest a check. It takes about an hour.',
      measured: 'The distance between two regenerations is not what it was on this car.',
      check: 'Check ash load, pressure sensor and injectors; look whether regenerations are cut short.',
    },
  },
  oil: {
    'zh-CN': {
      name: '机油',
      subject: '快到更换机油的时候了',
      seen: '机油的使用寿命快到了',
      advice: '建议您预约更换机油，约需四十分钟。',
      measured: '按转数、温度、里程和时间估算的机油寿命所剩不多。',
      check: '这是估算：以厂家规定的周期为准；请查看油位和油质。',
    },
    en: {
      name: 'Oil life',
      subject: 'an oil change is due soon',
      seen: 'its engine oil comes to the end of its life',
      advice: 'We suggest an appointment for an oil change. It takes about forty minutes.',
      measured: 'Little is left of the oil life as estimated from revolutions, temperature, distance and time.',
      check: "An estimate: the maker's interval counts. Look at level and condition.",
    },
  },
  service: {
    'zh-CN': {
      name: '保养',
      subject: '快到保养的时候了',
      seen: '下一次保养的里程或日期快到了',
      advice: '建议您预约保养，我们会提前备好零件。',
      measured: '按此车的日常用车，保养里程或日期即将到达。',
      check: '请核对保养手册上的周期。',
    },
    en: {
      name: 'Service',
      subject: 'its next service is due soon',
      seen: 'the distance or date of its next service comes near',
      advice: 'We suggest an appointment; the parts will be there when you come.',
      measured: 'As this car is used, the distance or date of its service comes near.',
      check: 'Compare the intervals with the service book.',
    },
  },
  brakes: {
    'zh-CN': {
      name: '刹车片',
      subject: '的刹车片快到更换的时候了',
      seen: '刹车片按估算已接近需要更换的厚度',
      advice: '这是根据测量值的估算。建议您来店再测一次，约需二十分钟。',
      measured: '按两次以上测量的厚度估算，刹车片接近最小厚度。',
      check: '请测量各轮厚度；以厂家的最小值为准。',
    },
    en: {
      name: 'Brake pads',
      subject: 'its brake pads come near their limit',
      seen: 'its brake pads are, by our estimate, close to the thickness at which they are changed',
      advice: 'It is an estimate from what was measured. We suggest to measure again. It takes about twenty minutes.',
      measured: 'Estimated from two or more measured thicknesses, the pads come near their least thickness.',
      check: "Measure every wheel; the maker's least thickness counts.",
    },
  },
  codes: {
    'zh-CN': {
      name: '故障码',
      subject: '记录了需要查看的信息',
      seen: '车辆自己记录了一项需要查看的故障',
      advice: '建议您来店读取并检查，约需半小时。',
      measured: '控制单元报告了故障码，或故障码不久前被清除。',
      check: '清除之前先读取冻结数据和就绪状态。',
    },
    en: {
      name: 'Trouble codes',
      subject: 'it has noted something to be looked at',
      seen: 'the car itself has noted a fault that should be looked at',
      advice: 'We suggest to have it read out and checked. It takes about half an hour.',
      measured: 'A control unit reports trouble codes, or they were cleared a short time ago.',
      check: 'Read the freeze frame and the readiness before anything is cleared.',
    },
  },
  pack: {
    'zh-CN': {
      name: '动力电池',
      subject: '的动力电池建议检查',
      seen: '动力电池能储存的电量比以前少',
      advice: '建议您来店检测，以便确认是否仍在质保范围内。约需一小时。',
      measured: '动力电池的健康度或可用容量下降。',
      check: '请按厂家方法做容量检测，并核对质保条件。',
    },
    en: {
      name: 'Drive battery',
      subject: 'its drive battery should be looked at',
      seen: 'its drive battery holds less than it did',
      advice: 'We suggest a test, also to see whether the warranty covers it. It takes about an hour.',
      measured: 'Health or usable capacity of the drive battery has fallen.',
      check: "Do the maker's capacity test and compare with the warranty.",
    },
  },
  tyres: {
    'zh-CN': {
      name: '轮胎',
      subject: '的轮胎气压建议检查',
      seen: '有一个轮胎在慢慢漏气',
      advice: '请尽快检查气压，并来店查找漏气处，约需二十分钟。',
      measured: '温度修正后，一个轮胎的气压比其他轮胎下降得快，或低于规定值。',
      check: '请检查胎面、气门和轮辋密封。',
    },
    en: {
      name: 'Tyres',
      subject: 'the pressure of a tyre should be looked at',
      seen: 'one of its tyres slowly loses air',
      advice: 'Please check the pressure soon, and let us look for the leak. It takes about twenty minutes.',
      measured: 'Corrected for temperature, one tyre loses pressure faster than the others, or is too low.',
      check: 'Check tread, valve and the seat on the rim.',
    },
  },
};
