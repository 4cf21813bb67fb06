import type { Row, Severity } from './row.ts';

/** Places of belts and tensioners: nine in a row of numbers. */
const SEATS = [
  ['Driver', '驾驶员'],
  ['First row centre', '前排中间'],
  ['Passenger', '乘客'],
  ['Second row left', '第二排左侧'],
  ['Second row centre', '第二排中间'],
  ['Second row right', '第二排右侧'],
  ['Third row left', '第三排左侧'],
  ['Third row centre', '第三排中间'],
  ['Third row right', '第三排右侧'],
] as const;

function seats(first: number, en: string, zh: string): Row[] {
  return SEATS.map(([seat, place], i) => restraint(first + i, `${seat}: ${en}`, `${place}:${zh}`));
}

function restraint(number: number, en: string, zh: string, severity: Severity = 'urgent'): Row {
  return [`B${number.toString(16).toUpperCase().padStart(4, '0')}`, en, zh, severity, 'restraint'];
}

/** Three stages of one airbag. */
function stages(first: number, en: string, zh: string): Row[] {
  return [1, 2, 3].map((n, i) => restraint(first + i, `${en}, stage ${n}`, `${zh} ${n} 级点火回路`));
}

/** B0: restraint systems. */
export const BODY: readonly Row[] = [
  ...stages(0x01, 'Driver airbag', '驾驶员气囊'),
  restraint(0x04, 'Driver knee airbag', '驾驶员膝部气囊点火回路'),
  restraint(0x05, 'Collapsible steering column', '可溃缩转向柱'),
  ...stages(0x10, 'Passenger airbag', '乘客气囊'),
  restraint(0x13, 'Passenger knee airbag', '乘客膝部气囊点火回路'),
  restraint(0x20, 'Left side airbag', '左侧气囊点火回路'),
  restraint(0x21, 'Left curtain airbag', '左侧气帘点火回路'),
  restraint(0x22, 'Left curtain airbag 2', '左侧气帘 2 点火回路'),
  restraint(0x28, 'Right side airbag', '右侧气囊点火回路'),
  restraint(0x29, 'Right curtain airbag', '右侧气帘点火回路'),
  restraint(0x2a, 'Right curtain airbag 2', '右侧气帘 2 点火回路'),
  restraint(0x30, 'Second row left side airbag', '第二排左侧气囊点火回路'),
  restraint(0x38, 'Second row right side airbag', '第二排右侧气囊点火回路'),
  ...seats(0x50, 'belt buckle sensor', '安全带传感器'),
  ...seats(0x70, 'belt tensioner', '安全带预紧器'),
  ...seats(0x80, 'belt force limiter', '安全带限力器'),
  restraint(0x90, 'Front left crash sensor', '左前碰撞传感器'),
  restraint(0x91, 'Left side crash sensor 1', '左侧碰撞传感器 1'),
  restraint(0x92, 'Left side crash sensor 2', '左侧碰撞传感器 2'),
  restraint(0x93, 'Left side crash sensor 3', '左侧碰撞传感器 3'),
  restraint(0x94, 'Front centre crash sensor', '前部中央碰撞传感器'),
  restraint(0x95, 'Front right crash sensor', '右前碰撞传感器'),
  restraint(0x96, 'Right side crash sensor 1', '右侧碰撞传感器 1'),
  restraint(0x97, 'Right side crash sensor 2', '右侧碰撞传感器 2'),
  restraint(0x98, 'Right side crash sensor 3', '右侧碰撞传感器 3'),
  restraint(0x99, 'Rollover sensor', '侧翻传感器'),
  restraint(0xa0, 'Occupant classification', '乘员识别系统'),
  restraint(0xa1, 'Occupant position', '乘员位置识别系统'),
  restraint(0xb5, 'Driver seat position sensor of the airbags', '驾驶员座椅位置传感器(气囊)'),
  restraint(0xc5, 'Passenger seat position sensor of the airbags', '乘客座椅位置传感器(气囊)'),
  restraint(0xd0, 'Driver belt reminder', '驾驶员安全带提示灯', 'soon'),
  restraint(0xd1, 'Passenger belt reminder', '乘客安全带提示灯', 'soon'),
  restraint(0xd2, 'Airbag warning lamp 1', '气囊警告灯 1'),
  restraint(0xd3, 'Airbag warning lamp 2', '气囊警告灯 2'),
  restraint(0xd5, 'Passenger airbag off lamp', '乘客气囊关闭指示灯', 'soon'),
  restraint(0xdf, 'Passenger airbag switch', '乘客气囊关闭开关'),
];
