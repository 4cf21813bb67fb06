import type { Row } from './row.ts';

/** B0: restraint systems. */
export const BODY: readonly Row[] = [
  ['B0001', 'Driver airbag, stage 1', '驾驶员气囊 1 级点火回路', 'urgent', 'restraint'],
  ['B0002', 'Driver airbag, stage 2', '驾驶员气囊 2 级点火回路', 'urgent', 'restraint'],
  ['B0003', 'Driver airbag, stage 3', '驾驶员气囊 3 级点火回路', 'urgent', 'restraint'],
  ['B0010', 'Passenger airbag, stage 1', '乘客气囊 1 级点火回路', 'urgent', 'restraint'],
  ['B0011', 'Passenger airbag, stage 2', '乘客气囊 2 级点火回路', 'urgent', 'restraint'],
  ['B0012', 'Passenger airbag, stage 3', '乘客气囊 3 级点火回路', 'urgent', 'restraint'],
  ['B0020', 'Left side airbag', '左侧气囊点火回路', 'urgent', 'restraint'],
  ['B0021', 'Left curtain airbag', '左侧气帘点火回路', 'urgent', 'restraint'],
  ['B0028', 'Right side airbag', '右侧气囊点火回路', 'urgent', 'restraint'],
  ['B0029', 'Right curtain airbag', '右侧气帘点火回路', 'urgent', 'restraint'],
  ['B0050', 'Driver belt sensor', '驾驶员安全带传感器', 'urgent', 'restraint'],
  ['B0053', 'Passenger belt sensor', '乘客安全带传感器', 'urgent', 'restraint'],
  ['B0070', 'Driver belt tensioner', '驾驶员安全带预紧器', 'urgent', 'restraint'],
  ['B0072', 'Passenger belt tensioner', '乘客安全带预紧器', 'urgent', 'restraint'],
  ['B0083', 'Driver seat position sensor of the airbags', '驾驶员座椅位置传感器(气囊)', 'urgent', 'restraint'],
  ['B0085', 'Passenger seat position sensor of the airbags', '乘客座椅位置传感器(气囊)', 'urgent', 'restraint'],
  ['B0090', 'Front left crash sensor', '左前碰撞传感器', 'urgent', 'restraint'],
  ['B0091', 'Left side crash sensor 1', '左侧碰撞传感器 1', 'urgent', 'restraint'],
  ['B0095', 'Front right crash sensor', '右前碰撞传感器', 'urgent', 'restraint'],
  ['B0096', 'Right side crash sensor 1', '右侧碰撞传感器 1', 'urgent', 'restraint'],
  ['B00A0', 'Occupant classification', '乘员识别系统', 'urgent', 'restraint'],
];
