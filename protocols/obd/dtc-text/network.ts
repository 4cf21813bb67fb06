import type { Row, Severity } from './row.ts';

/** Units that others miss, by U01 and U02 numbers. */
const LOST: readonly (readonly [code: string, en: string, zh: string, severity: Severity])[] = [
  ['U0100', 'engine control', '发动机控制单元', 'urgent'],
  ['U0101', 'gearbox control', '变速箱控制单元', 'urgent'],
  ['U0102', 'transfer case control', '分动箱控制单元', 'urgent'],
  ['U0103', 'gear selector', '换档杆控制单元', 'urgent'],
  ['U0104', 'cruise control', '巡航控制单元', 'soon'],
  ['U0105', 'injector control', '喷油器控制单元', 'urgent'],
  ['U0107', 'throttle actuator', '节气门执行器控制单元', 'urgent'],
  ['U0109', 'fuel pump control', '燃油泵控制单元', 'urgent'],
  ['U0110', 'drive motor A control', '驱动电机 A 控制单元', 'urgent'],
  ['U0111', 'traction battery control A', '动力电池控制单元 A', 'urgent'],
  ['U0114', 'four-wheel drive clutch', '四驱离合器控制单元', 'soon'],
  ['U0115', 'engine control B', '发动机控制单元 B', 'urgent'],
  ['U0121', 'ABS control', 'ABS 控制单元', 'urgent'],
  ['U0122', 'stability control', '车身稳定控制单元', 'urgent'],
  ['U0126', 'steering angle sensor', '转向角传感器', 'urgent'],
  ['U0128', 'parking brake control', '驻车制动控制单元', 'urgent'],
  ['U0129', 'brake system control', '制动系统控制单元', 'stop'],
  ['U0131', 'power steering control', '助力转向控制单元', 'stop'],
  ['U0132', 'suspension control A', '悬架控制单元 A', 'soon'],
  ['U0140', 'body control', '车身控制单元', 'soon'],
  ['U0141', 'body control A', '车身控制单元 A', 'soon'],
  ['U0142', 'body control B', '车身控制单元 B', 'soon'],
  ['U0146', 'gateway A', '网关 A', 'urgent'],
  ['U0151', 'airbag control', '安全气囊控制单元', 'urgent'],
  ['U0154', 'occupant classification', '乘员识别控制单元', 'urgent'],
  ['U0155', 'instrument cluster', '组合仪表', 'urgent'],
  ['U0159', 'parking aid A', '泊车辅助 A', 'note'],
  ['U0164', 'air conditioning', '空调控制单元', 'note'],
  ['U0167', 'immobiliser', '防盗控制单元', 'urgent'],
  ['U0168', 'vehicle security', '车辆安防控制单元', 'soon'],
  ['U0184', 'radio', '收音机', 'note'],
  ['U0198', 'telematics', '车联网控制单元', 'note'],
  ['U0199', 'door module A', '车门控制单元 A', 'note'],
  ['U0200', 'door module B', '车门控制单元 B', 'note'],
  ['U0212', 'steering column', '转向柱控制单元', 'soon'],
  ['U0235', 'distance sensor of the cruise control', '自适应巡航测距传感器', 'soon'],
  ['U0293', 'hybrid control', '混动控制单元', 'urgent'],
];

/** Units whose values the others do not believe, by U04 numbers. */
const INVALID: readonly (readonly [code: string, en: string, zh: string, severity: Severity])[] = [
  ['U0401', 'engine control', '发动机控制单元', 'soon'],
  ['U0402', 'gearbox control', '变速箱控制单元', 'soon'],
  ['U0415', 'ABS control', 'ABS 控制单元', 'urgent'],
  ['U0416', 'stability control', '车身稳定控制单元', 'urgent'],
  ['U0422', 'body control', '车身控制单元', 'soon'],
  ['U0423', 'instrument cluster', '组合仪表', 'soon'],
  ['U0428', 'steering angle sensor', '转向角传感器', 'urgent'],
  ['U0452', 'airbag control', '安全气囊控制单元', 'urgent'],
];

/** U0 and U3: the network and the supply of control units. */
export const NETWORK: readonly Row[] = [
  ['U0001', 'High-speed CAN bus: fault', '高速 CAN 总线:故障', 'urgent', 'network'],
  ['U0073', 'Control units: bus A off', '控制单元:总线 A 关闭', 'urgent', 'network'],
  ['U0074', 'Control units: bus B off', '控制单元:总线 B 关闭', 'urgent', 'network'],
  ...LOST.map(([code, en, zh, severity]): Row => [code, `No word from: ${en}`, `通信中断:${zh}`, severity, 'network']),
  ['U0300', 'Software of the control units does not match', '控制单元软件不匹配', 'soon', 'module'],
  ...INVALID.map(
    ([code, en, zh, severity]): Row => [code, `Unbelievable data from: ${en}`, `数据无效:${zh}`, severity, 'data'],
  ),
  ['U3000', 'Control unit: internal fault', '控制单元:内部故障', 'urgent', 'module'],
  ['U3003', 'Battery voltage at a control unit', '控制单元处蓄电池电压异常', 'urgent', 'charging'],
  ['U3006', 'Supply A of a control unit', '控制单元供电 A 异常', 'urgent', 'charging'],
];
