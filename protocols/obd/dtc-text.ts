import { type CodeFacts, codeFacts } from './dtc.ts';
import { AIR } from './dtc-text/air.ts';
import { BODY } from './dtc-text/body.ts';
import { CHASSIS } from './dtc-text/chassis.ts';
import { CONTROL } from './dtc-text/control.ts';
import { EMISSIONS } from './dtc-text/emissions.ts';
import { HYBRID } from './dtc-text/hybrid.ts';
import { IGNITION } from './dtc-text/ignition.ts';
import { NETWORK } from './dtc-text/network.ts';
import { ADVICE, type Row, type Severity, type Wording } from './dtc-text/row.ts';
import { TRANSMISSION } from './dtc-text/transmission.ts';

/** What a trouble code means and what to tell the customer: our own words, a user's words over them, and structure last. */
export interface CodeDescription extends CodeFacts {
  readonly text: Wording;
  /** Null: nothing but the structure is known, so nobody can say how bad it is. */
  readonly severity: Severity | null;
  readonly advice: Wording;
  /** Where the text comes from. */
  readonly from: 'liftgate' | 'user' | 'structure';
}

/** What a user's own list says of one code; what is left out stays as it is. */
export interface CodeOverride {
  readonly text?: Partial<Wording>;
  readonly severity?: Severity;
  readonly advice?: Partial<Wording>;
}
export type CodeOverrides = ReadonlyMap<string, CodeOverride>;

const ROWS = [AIR, IGNITION, EMISSIONS, CONTROL, TRANSMISSION, HYBRID, CHASSIS, BODY, NETWORK].flat();
const BY_CODE = new Map<string, Row>(ROWS.map((row) => [row[0], row]));

/** Codes that have a text of our own. */
export const KNOWN_CODES: readonly string[] = ROWS.map((row) => row[0]);

/** Everything that can be said of a code; null when the text is not one. */
export function describeCode(text: string, overrides: CodeOverrides | null = null): CodeDescription | null {
  const facts = codeFacts(text);
  if (facts === null) return null;
  const row = BY_CODE.get(facts.code);
  const own = overrides?.get(facts.code);
  const base =
    row === undefined
      ? structural(facts)
      : { text: { en: row[1], zh: row[2] }, severity: row[3], advice: ADVICE[row[4]] };
  return {
    ...facts,
    text: wording(base.text, own?.text),
    severity: own?.severity ?? base.severity,
    advice: wording(base.advice, own?.advice),
    from: own ? 'user' : row ? 'liftgate' : 'structure',
  };
}

/** One language given alone stands for both: better the user's words than ours beside them. */
function wording(base: Wording, own: Partial<Wording> | undefined): Wording {
  return { en: own?.en ?? own?.zh ?? base.en, zh: own?.zh ?? own?.en ?? base.zh };
}

const SYSTEM_WORDS: Readonly<Record<CodeFacts['system'], Wording>> = {
  powertrain: { en: 'Powertrain', zh: '动力系统' },
  chassis: { en: 'Chassis', zh: '底盘' },
  body: { en: 'Body', zh: '车身' },
  network: { en: 'Network', zh: '网络通信' },
};

const SUBSYSTEM_WORDS: Readonly<Record<NonNullable<CodeFacts['subsystem']>, Wording>> = {
  'fuel-and-air': { en: 'fuel and air', zh: '燃油与进气' },
  'ignition-or-misfire': { en: 'ignition or misfire', zh: '点火或失火' },
  emissions: { en: 'exhaust cleaning', zh: '排放控制' },
  'speed-and-idle': { en: 'speed, idle and supply', zh: '车速、怠速与供电' },
  computer: { en: 'control unit and its outputs', zh: '控制单元及输出' },
  transmission: { en: 'gearbox', zh: '变速箱' },
  hybrid: { en: 'electric drive', zh: '电驱动' },
  'cylinder-deactivation': { en: 'cylinder deactivation', zh: '停缸控制' },
};

const ORIGIN_WORDS: Readonly<Record<CodeFacts['origin'], Wording>> = {
  standard: { en: 'standard code', zh: '通用故障码' },
  maker: { en: "the maker's own code", zh: '厂家自定义故障码' },
  reserved: { en: 'reserved code', zh: '保留故障码' },
};

const UNKNOWN_ADVICE: Wording = {
  en: "Look the code up in the maker's documents before giving advice.",
  zh: '请先查阅厂家资料,再给出建议。',
};

function structural({ system, subsystem, origin }: CodeFacts): Pick<CodeDescription, 'text' | 'severity' | 'advice'> {
  const parts = [
    SYSTEM_WORDS[system],
    ...(subsystem === null ? [] : [SUBSYSTEM_WORDS[subsystem]]),
    ORIGIN_WORDS[origin],
  ];
  const text = { en: parts.map((p) => p.en).join(', '), zh: parts.map((p) => p.zh).join(',') };
  return { text, severity: null, advice: UNKNOWN_ADVICE };
}
