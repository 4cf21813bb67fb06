import type { Cause } from './flag.ts';
import type { Locale } from './words.ts';

/** What a cause adds for the advisor, and for the customer where it changes what is to be done. */
export const CAUSE_WORDS: Readonly<Record<Cause, Readonly<Record<Locale, { advisor: string; customer: string }>>>> = {
  worn: {
    'zh-CN': { advisor: '静置电压正常而启动压降大：像是老化。', customer: '看起来是老化所致。' },
    en: { advisor: 'It rests well and dips deep: looks worn.', customer: 'It looks as if age is the reason.' },
  },
  drained: {
    'zh-CN': {
      advisor: '静置电压低：像是亏电，先充满再检测，并查静态耗电。',
      customer: '也可能只是亏电，充满后再测即可确认。',
    },
    en: {
      advisor: 'It rests low: looks drained. Charge it fully and test again; look for what draws current.',
      customer: 'It may only be discharged: a test after charging will tell.',
    },
  },
  alternator: {
    'zh-CN': {
      advisor: '充电电压同时偏低：原因可能在发电机，先查充电，不要先换蓄电池。',
      customer: '原因可能不在蓄电池本身，而在给它充电的部件。',
    },
    en: {
      advisor: 'The charging voltage is low as well: look at the alternator first, before a battery is sold.',
      customer: 'The reason may not be the battery itself but what charges it.',
    },
  },
  vacuum: {
    'zh-CN': { advisor: '怠速偏稀、负荷时正常：像是进气漏气。', customer: '可能有一处进气管路不密封。' },
    en: {
      advisor: 'Lean at idle, right under load: looks like air that leaks in.',
      customer: 'A hose or seal of the air intake may leak.',
    },
  },
  'air-meter': {
    'zh-CN': {
      advisor: '各工况同样偏稀，空气流量读数偏低：像是空气流量计。',
      customer: '可能是测量进气的传感器需要清洁或更换。',
    },
    en: {
      advisor: 'Lean everywhere, and the air meter reads low: looks like the air meter.',
      customer: 'The sensor that measures the air may need cleaning or changing.',
    },
  },
  delivery: {
    'zh-CN': { advisor: '负荷越大越稀：像是供油不足（滤芯、油泵、喷油器）。', customer: '可能是供油不如以前。' },
    en: {
      advisor: 'Leaner the more fuel is needed: looks like too little fuel (filter, pump, injectors).',
      customer: 'The fuel supply may not be what it was.',
    },
  },
  rich: {
    'zh-CN': {
      advisor: '混合气偏浓：查喷油器滴漏、炭罐阀和燃油压力。',
      customer: '发动机得到的燃油可能偏多。',
    },
    en: {
      advisor: 'Too rich: look at leaking injectors, the purge valve and the fuel pressure.',
      customer: 'The engine may get more fuel than it needs.',
    },
  },
  stored: {
    'zh-CN': { advisor: '故障码已存储。', customer: '' },
    en: { advisor: 'The code is stored.', customer: '' },
  },
  pending: {
    'zh-CN': { advisor: '故障码待定，并重复出现：可能即将存储。', customer: '' },
    en: { advisor: 'The code is pending and comes again: it is about to be stored.', customer: '' },
  },
  returning: {
    'zh-CN': { advisor: '清除之后同一故障码又出现：上次没有修好。', customer: '上次的处理可能没有完全解决问题。' },
    en: {
      advisor: 'The same code is back after a clear: it was not repaired.',
      customer: 'What was done last time may not have solved it.',
    },
  },
  cleared: {
    'zh-CN': {
      advisor: '故障码不久前被清除，自检尚未完成：现在没有故障码不说明没有故障（断开过蓄电池也会这样）。',
      customer: '车辆的自检记录不久前被清空，还需要行驶一段时间才能下结论。',
    },
    en: {
      advisor:
        'Codes were cleared a short time ago and the self-tests are not complete: no code now proves nothing (a battery that was taken off looks the same).',
      customer:
        "The car's record of its self-tests was emptied a short time ago: it must be driven before one can say.",
    },
  },
};
