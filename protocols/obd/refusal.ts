import type { Wording } from './dtc-text/row.ts';
import { hex } from './hex.ts';

/**
 * What to do with a refusal.
 *
 * - `park`: this unit does not know it; do not ask again.
 * - `session`: the wrong diagnostic level; once `10 03`, else park.
 * - `again`: busy; ask again a little later.
 * - `wait`: the answer is coming; do not ask, only wait.
 * - `conditions`: the car is in the wrong state (running, moving, voltage); tell the words, try much later.
 * - `locked`: a security gateway; stop.
 * - `report`: tell it, and go on.
 */
type RefusalAdvice = 'park' | 'session' | 'again' | 'wait' | 'conditions' | 'locked' | 'report';

interface Reason {
  readonly words: string;
  readonly text: Wording;
  readonly advice: RefusalAdvice;
}

type Entry = readonly [en: string, zh: string, advice: RefusalAdvice];

/** ISO 14229-1:2020, annex A.1: negative response codes, in our own words. */
const REASONS: Readonly<Record<number, Entry>> = {
  16: ['general reject', '一般拒绝', 'park'],
  17: ['service not supported', '不支持该服务', 'park'],
  18: ['sub-function not supported', '不支持该子功能', 'park'],
  19: ['wrong message length or format', '报文长度或格式错误', 'park'],
  20: ['the answer would be too long', '应答过长', 'report'],
  33: ['busy, ask again', '忙,请重试', 'again'],
  34: ['conditions not right', '条件不满足', 'conditions'],
  36: ['wrong order of requests', '请求顺序错误', 'conditions'],
  37: ['no answer from a sub-net', '子网部件无应答', 'report'],
  38: ['a failure prevents it', '故障导致无法执行', 'report'],
  49: ['request out of range', '请求超出范围', 'park'],
  51: ['access denied', '安全访问被拒绝', 'locked'],
  52: ['authentication needed', '需要身份认证', 'locked'],
  53: ['wrong key', '密钥错误', 'locked'],
  54: ['too many attempts', '尝试次数过多', 'locked'],
  55: ['waiting time not over', '等待时间未到', 'locked'],
  56: ['secured transmission needed', '需要加密传输', 'locked'],
  57: ['secured transmission not allowed', '不允许加密传输', 'locked'],
  58: ['secured transmission failed', '加密传输失败', 'locked'],
  80: ['certificate: not valid at this time', '证书:时间无效', 'locked'],
  81: ['certificate: wrong signature', '证书:签名无效', 'locked'],
  82: ['certificate: broken chain of trust', '证书:信任链无效', 'locked'],
  83: ['certificate: wrong kind', '证书:类型无效', 'locked'],
  84: ['certificate: wrong format', '证书:格式无效', 'locked'],
  85: ['certificate: wrong content', '证书:内容无效', 'locked'],
  86: ['certificate: wrong scope', '证书:适用范围无效', 'locked'],
  87: ['certificate: revoked', '证书:已吊销', 'locked'],
  88: ['ownership not proven', '所有权验证失败', 'locked'],
  89: ['challenge could not be calculated', '质询计算失败', 'locked'],
  90: ['access rights could not be set', '设置访问权限失败', 'locked'],
  91: ['session key could not be made', '会话密钥生成失败', 'locked'],
  92: ['configuration data could not be used', '配置数据使用失败', 'locked'],
  93: ['could not be logged off', '取消认证失败', 'locked'],
  112: ['upload or download not accepted', '上传或下载未被接受', 'report'],
  113: ['transfer suspended', '数据传输中止', 'report'],
  114: ['programming failure', '编程失败', 'report'],
  115: ['wrong block number', '数据块序号错误', 'report'],
  120: ['wait, the answer is coming', '请等待,应答处理中', 'wait'],
  126: ['sub-function not in this diagnostic level', '当前会话不支持该子功能', 'session'],
  127: ['service not in this diagnostic level', '当前会话不支持该服务', 'session'],
  129: ['engine speed too high', '发动机转速过高', 'conditions'],
  130: ['engine speed too low', '发动机转速过低', 'conditions'],
  131: ['engine is running', '发动机正在运转', 'conditions'],
  132: ['engine is not running', '发动机未运转', 'conditions'],
  133: ['engine has not run long enough', '发动机运转时间不足', 'conditions'],
  134: ['temperature too high', '温度过高', 'conditions'],
  135: ['temperature too low', '温度过低', 'conditions'],
  136: ['vehicle too fast', '车速过高', 'conditions'],
  137: ['vehicle too slow', '车速过低', 'conditions'],
  138: ['throttle or pedal too far', '节气门或踏板开度过大', 'conditions'],
  139: ['throttle or pedal not far enough', '节气门或踏板开度过小', 'conditions'],
  140: ['gearbox is not in neutral', '变速箱不在空档', 'conditions'],
  141: ['gearbox is not in gear', '变速箱未挂档', 'conditions'],
  143: ['brake is not pressed', '未踩制动踏板', 'conditions'],
  144: ['lever is not in park', '换档杆不在 P 档', 'conditions'],
  145: ['converter clutch is locked', '变矩器离合器已锁止', 'conditions'],
  146: ['voltage too high', '电压过高', 'conditions'],
  147: ['voltage too low', '电压过低', 'conditions'],
  148: ['not available for the moment', '资源暂时不可用', 'again'],
};

/**
 * What a negative response code means. 95 to FE are conditions too, reserved or of the maker; those and codes of no table
 * are told by their number.
 */
export function reasonOf(code: number): Reason {
  const known = REASONS[code];
  if (known) return { words: known[0], text: { en: known[0], zh: known[1] }, advice: known[2] };
  const words = `refused with code ${hex(code)}`;
  const advice = code >= 0x95 && code <= 0xfe ? 'conditions' : 'report';
  return { words, text: { en: words, zh: `被拒绝,代码 ${hex(code)}` }, advice };
}
