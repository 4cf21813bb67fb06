import type { Row } from './row.ts';

/** C0: brakes, stability, steering, tyres. */
export const CHASSIS: readonly Row[] = [
  ['C0020', 'ABS pump motor: control', 'ABS 泵电机:控制故障', 'urgent', 'brakes'],
  ['C0021', 'Brake booster does not perform', '制动助力器性能异常', 'stop', 'braking'],
  ['C0030', 'Front left wheel: tone ring', '左前轮:信号齿圈', 'urgent', 'brakes'],
  ['C0031', 'Front left wheel speed sensor', '左前轮速传感器', 'urgent', 'brakes'],
  ['C0032', 'Front left wheel speed sensor: supply', '左前轮速传感器:供电', 'urgent', 'brakes'],
  ['C0033', 'Front right wheel: tone ring', '右前轮:信号齿圈', 'urgent', 'brakes'],
  ['C0034', 'Front right wheel speed sensor', '右前轮速传感器', 'urgent', 'brakes'],
  ['C0035', 'Front right wheel speed sensor: supply', '右前轮速传感器:供电', 'urgent', 'brakes'],
  ['C0036', 'Rear left wheel: tone ring', '左后轮:信号齿圈', 'urgent', 'brakes'],
  ['C0037', 'Rear left wheel speed sensor', '左后轮速传感器', 'urgent', 'brakes'],
  ['C0038', 'Rear left wheel speed sensor: supply', '左后轮速传感器:供电', 'urgent', 'brakes'],
  ['C0039', 'Rear right wheel: tone ring', '右后轮:信号齿圈', 'urgent', 'brakes'],
  ['C003A', 'Rear right wheel speed sensor', '右后轮速传感器', 'urgent', 'brakes'],
  ['C003B', 'Rear right wheel speed sensor: supply', '右后轮速传感器:供电', 'urgent', 'brakes'],
  ['C0040', 'Brake pedal switch A', '制动踏板开关 A', 'urgent', 'brakes'],
  ['C0044', 'Brake pressure sensor A', '制动压力传感器 A', 'urgent', 'brakes'],
  ['C0047', 'Brake booster pressure sensor', '制动助力器压力传感器', 'urgent', 'braking'],
  ['C0049', 'Brake fluid', '制动液液位或状态', 'stop', 'braking'],
  ['C0051', 'Steering angle sensor', '转向角传感器', 'urgent', 'brakes'],
  ['C0061', 'Sideways acceleration sensor', '横向加速度传感器', 'urgent', 'brakes'],
  ['C0062', 'Lengthwise acceleration sensor', '纵向加速度传感器', 'urgent', 'brakes'],
  ['C0063', 'Yaw rate sensor', '横摆角速度传感器', 'urgent', 'brakes'],
  ['C0077', 'Tyre pressure too low', '胎压过低', 'urgent', 'tyres'],
];
