import { numbered, type Row, sensor } from './row.ts';

/** P03: ignition, misfire, knock, positions. */
const COILS = 'ABCDEFGHIJKL';

export const IGNITION: readonly Row[] = [
  ['P0300', 'Misfire on several or changing cylinders', '多缸或随机失火', 'urgent', 'misfire'],
  ...numbered('P0301', 12, (n) => ({ en: `Misfire on cylinder ${n}`, zh: `${n} 缸失火` }), 'urgent', 'misfire'),
  ['P0313', 'Misfire with the tank nearly empty', '油量过低导致失火', 'soon', 'misfire'],
  ['P0315', 'Crankshaft variation not learned', '曲轴位置偏差未学习', 'note', 'module'],
  ['P0316', 'Misfire just after the start', '启动后初期失火', 'urgent', 'misfire'],
  ['P0320', 'Engine speed input: electrical fault', '发动机转速输入:电路故障', 'urgent', 'position'],
  ['P0321', 'Engine speed input: implausible', '发动机转速输入:信号不合理', 'urgent', 'position'],
  ['P0322', 'Engine speed input: no signal', '发动机转速输入:无信号', 'urgent', 'position'],
  ...sensor('P0325', 'Knock sensor 1', '爆震传感器 1', 'soon', 'ignition'),
  ...sensor('P0330', 'Knock sensor 2', '爆震传感器 2', 'soon', 'ignition'),
  ...sensor('P0335', 'Crankshaft sensor A', '曲轴位置传感器 A', 'urgent', 'position'),
  ...sensor('P0340', 'Bank 1 camshaft sensor A', '1 列凸轮轴位置传感器 A', 'urgent', 'position'),
  ...sensor('P0345', 'Bank 2 camshaft sensor A', '2 列凸轮轴位置传感器 A', 'urgent', 'position'),
  ['P0350', 'Ignition coils: electrical fault', '点火线圈:电路故障', 'urgent', 'ignition'],
  ...numbered(
    'P0351',
    12,
    (n) => ({ en: `Ignition coil ${COILS[n - 1]}: circuit`, zh: `点火线圈 ${COILS[n - 1]}:电路故障` }),
    'urgent',
    'ignition',
  ),
  ...sensor('P0365', 'Bank 1 camshaft sensor B', '1 列凸轮轴位置传感器 B', 'urgent', 'position'),
  ['P0380', 'Glow plugs A: electrical fault', '预热塞 A:电路故障', 'soon', 'ignition'],
  ['P0381', 'Glow lamp: electrical fault', '预热指示灯:电路故障', 'note', 'comfort'],
  ...sensor('P0390', 'Bank 2 camshaft sensor B', '2 列凸轮轴位置传感器 B', 'urgent', 'position'),
];
