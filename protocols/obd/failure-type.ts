import type { Wording } from './dtc-text/row.ts';

/** The third byte of a code of ISO 14229-1: how the component failed (SAE J2012-DA, failure type bytes). */
const FAILURE_TYPES: Readonly<Record<number, Wording>> = {
  17: { en: 'short to ground', zh: '对地短路' },
  18: { en: 'short to battery', zh: '对电源短路' },
  19: { en: 'open circuit', zh: '断路' },
  20: { en: 'short to ground or open', zh: '对地短路或断路' },
  21: { en: 'short to battery or open', zh: '对电源短路或断路' },
  22: { en: 'voltage too low', zh: '电压过低' },
  23: { en: 'voltage too high', zh: '电压过高' },
  24: { en: 'current too low', zh: '电流过低' },
  25: { en: 'current too high', zh: '电流过高' },
  26: { en: 'resistance too low', zh: '电阻过低' },
  27: { en: 'resistance too high', zh: '电阻过高' },
  28: { en: 'voltage out of range', zh: '电压超范围' },
  29: { en: 'current out of range', zh: '电流超范围' },
  30: { en: 'resistance out of range', zh: '电阻超范围' },
  31: { en: 'comes and goes', zh: '间歇' },
  33: { en: 'signal amplitude too small', zh: '信号幅值过小' },
  34: { en: 'signal amplitude too large', zh: '信号幅值过大' },
  35: { en: 'signal stuck low', zh: '信号卡在低位' },
  36: { en: 'signal stuck high', zh: '信号卡在高位' },
  37: { en: 'wrong shape of signal', zh: '信号波形异常' },
  38: { en: 'signal changes too slowly', zh: '信号变化过慢' },
  39: { en: 'signal changes too fast', zh: '信号变化过快' },
  40: { en: 'zero point is off', zh: '零点偏移' },
  41: { en: 'invalid signal', zh: '信号无效' },
  47: { en: 'erratic signal', zh: '信号波动' },
  49: { en: 'no signal', zh: '无信号' },
  98: { en: 'signals do not agree', zh: '信号比对不一致' },
  100: { en: 'implausible signal', zh: '信号不合理' },
  113: { en: 'actuator stuck', zh: '执行器卡滞' },
  114: { en: 'actuator stuck open', zh: '执行器卡在开启' },
  115: { en: 'actuator stuck closed', zh: '执行器卡在关闭' },
  129: { en: 'invalid data received', zh: '接收数据无效' },
  135: { en: 'message missing', zh: '报文丢失' },
  136: { en: 'bus off', zh: '总线关闭' },
};

/** Null: the byte says nothing more (00), or is in no table that Liftgate knows. */
export function failureTypeText(failureType: number): Wording | null {
  return FAILURE_TYPES[failureType] ?? null;
}
