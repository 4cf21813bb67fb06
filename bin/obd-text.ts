import type { ScanReport } from '../protocols/obd/report.ts';
import { signInZh, wordInZh } from '../protocols/obd/words.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of this machine (LC_ALL, LC_MESSAGES, LANG), where it is Chinese; else English. */
export function languageHere(): Language {
  return /^zh\b/.test(new Intl.DateTimeFormat().resolvedOptions().locale) ? 'zh-CN' : 'en';
}

/** A scan as a report for people: the car first, then what is wrong with it, then the numbers. */
export function scanText(report: ScanReport, lacks: readonly string[], language: Language): string {
  const text = new Report(report, language);
  return [
    text.car(),
    text.adapter(lacks),
    text.codes(),
    text.readiness(),
    text.units(),
    text.readings(),
    text.frozen(),
    text.monitors(),
  ]
    .filter((part) => part.length > 0)
    .map((part) => `${part.join('\n')}\n`)
    .join('\n');
}

type Part = readonly string[];

class Report {
  readonly #report: ScanReport;
  readonly #zh: boolean;

  constructor(report: ScanReport, language: Language) {
    this.#report = report;
    this.#zh = language === 'zh-CN';
  }

  car(): Part {
    const { vin, protocol, dialect, connectMs, ecus } = this.#report;
    const spoken =
      dialect === 'j1979'
        ? this.#say('services 01 to 0A (J1979)', '服务 01 至 0A(J1979)')
        : this.#say('OBD on UDS (J1979-2)', '基于 UDS 的 OBD(J1979-2)');
    const nameless = this.#say('without address', '无地址');
    return [
      this.#row('VIN', '车辆识别代号', vin ?? this.#say('no control unit tells it', '没有控制单元提供')),
      this.#row('Protocol', '协议', `${protocol}, ${spoken}`),
      this.#row('Control units', '控制单元', ecus.map((e) => e.address ?? nameless).join(', ')),
      this.#row('Connected in', '连接用时', `${(connectMs / 1000).toFixed(1)} s`),
    ];
  }

  adapter(lacks: readonly string[]): Part {
    const { id, version, voltage, capabilities } = this.#report.adapter;
    const names = Array.isArray(capabilities)
      ? capabilities.map((c) => this.#word(c)).join(', ')
      : JSON.stringify(capabilities);
    const volts =
      voltage === null ? this.#say('the adapter has no voltmeter', '适配器没有电压表') : `${voltage.toFixed(1)} V`;
    const poorer = this.#say('(slower or poorer answers)', '(应答较慢或较少)');
    return [
      this.#row('Adapter', '适配器', [version, id].filter((t) => t !== null).join(' · ')),
      this.#row('Battery', '蓄电池', volts),
      this.#row('It can', '支持', names),
      ...(lacks.length === 0 ? [] : [this.#row('It lacks', '不支持', `${lacks.join(', ')} ${poorer}`)]),
    ];
  }

  codes(): Part {
    const { codes: list, cleared, unanswered } = this.#report;
    const unread = unanswered.map((stage) =>
      this.#say(
        `No control unit answered the question for ${stage} codes.`,
        `没有控制单元应答${wordInZh(stage)}故障码的查询。`,
      ),
    );
    const signs = cleared.signs.map((s) => this.#say(s, signInZh(s))).join('; ');
    const recently =
      cleared.recently === true
        ? [this.#row('Cleared', '清码', `${this.#say('not long ago', '不久前')}: ${signs}`)]
        : [];
    const none = unanswered.includes('stored') ? [] : [this.#say('No trouble codes.', '没有故障码。')];
    if (list.length === 0) return [...none, ...unread, ...recently];
    const described = list.flatMap(({ code, text, severity, advice, stages, units: told }) => {
      const from = told.flatMap((unit) => unit ?? []).join(', ');
      const stage = stages.map((s) => this.#word(s)).join(' + ');
      const how = [stage, severity === null ? null : this.#word(severity), from]
        .filter((t) => t !== null && t !== '')
        .join('; ');
      return [row(code, `${this.#say(text.en, text.zh)}  (${how})`), row('', `  ${this.#say(advice.en, advice.zh)}`)];
    });
    return [...described, ...unread, ...recently];
  }

  readiness(): Part {
    const { readiness: state } = this.#report;
    if (state === null) return [];
    const open = state.monitors.filter((m) => !m.complete).map((m) => this.#word(m.monitor));
    const lamp =
      state.lamp === null
        ? this.#say('not told', '未提供')
        : state.lamp
          ? this.#say('ON', '点亮')
          : this.#say('off', '熄灭');
    const monitors =
      state.monitors.length === 0
        ? this.#say('none', '无')
        : open.length === 0
          ? this.#say('all complete', '全部完成')
          : `${this.#say('not complete', '未完成')}: ${open.join(', ')}`;
    return [this.#row('Warning lamp', '故障灯', lamp), this.#row('Monitors', '就绪状态', monitors)];
  }

  units(): Part {
    return this.#report.ecus.flatMap((ecu) => [
      `${ecu.address ?? '-'}  ${ecu.name ?? this.#say('without a name', '无名称')}`,
      ...ecu.calibrationIds.map(
        (id, i) =>
          `    ${this.#say('calibration', '标定')} ${id}  CVN ${ecu.cvns[i] ?? this.#say('not told', '未提供')}`,
      ),
      `    ${this.#say(`${ecu.supportedPids.length} parameters`, `${ecu.supportedPids.length} 个参数`)}`,
      ...this.#alone(ecu),
    ]);
  }

  /** What a unit told when it was asked alone: who made it, and codes beyond those of the emissions. */
  #alone({ uds, dtcs, controls }: ScanReport['ecus'][number]): Part {
    const known = new Set([...dtcs.stored, ...dtcs.pending, ...dtcs.permanent]);
    const further = uds?.codes.filter((c) => !known.has(c.code)) ?? [];
    const named = (
      [
        [this.#say('part', '零件号'), uds?.part],
        [this.#say('serial', '序列号'), uds?.serial],
        [this.#say('software', '软件'), uds?.software],
      ] as const
    ).flatMap(([name, value]) => (value ? [`${name} ${value}`] : []));
    const [code, status, refused] = [
      this.#say('further code', '其他故障码'),
      this.#say('status', '状态'),
      this.#say('refused', '拒绝'),
    ];
    const moved = this.#say('can be moved by a tester (never done here)', '可由诊断仪驱动(此处从不执行)');
    const tests = controls.map(({ tid, name }) => name ?? `${this.#say('test', '测试')} ${hexByte(tid)}`);
    return [
      ...(named.length === 0 ? [] : [`    ${named.join('  ')}`]),
      ...further.map((c) => `    ${code} ${c.code}-${hexByte(c.failureType)}  ${status} ${hexByte(c.status)}`),
      ...(uds?.refused ?? []).map((r) => `    ${refused} ${r.request}: ${this.#say(r.words, r.text.zh)}`),
      ...(tests.length === 0 ? [] : [`    ${moved}: ${tests.join(', ')}`]),
    ];
  }

  readings(): Part {
    return Object.entries(this.#report.readings).map(([name, { value, unit, by }]) => {
      const told = Object.entries(by ?? {}).map(([ecu, v]) => `${ecu}: ${this.#value(v)}`);
      const others = told.length === 0 ? '' : `  (${told.join(', ')})`;
      return `${name.padEnd(32)} ${this.#value(value)} ${unit ?? ''}${others}`.trimEnd();
    });
  }

  frozen(): Part {
    return this.#report.freezeFrames.flatMap(({ unit, frame, code, readings: values }) => [
      this.#say(
        `Freeze frame ${frame} of ${unit ?? '-'}, stored by ${code ?? 'a code that is not told'}`,
        `冻结帧 ${frame}(${unit ?? '-'}),由${code ?? '未提供的故障码'}存储`,
      ),
      ...values.map((r) => `    ${r.name.padEnd(28)} ${this.#value(r.value)} ${r.unit ?? ''}`.trimEnd()),
    ]);
  }

  monitors(): Part {
    return this.#report.monitors.map((m) => {
      const limits = `${m.min ?? '…'} ${this.#say('to', '至')} ${m.max ?? '…'} ${m.measure ?? ''}`.trimEnd();
      const verdict =
        m.passed === null
          ? m.min === null && m.max === null
            ? this.#say('no limits', '无限值')
            : this.#say('has not run', '尚未运行')
          : m.passed
            ? this.#say('passed', '通过')
            : this.#say('FAILED', '未通过');
      const monitor = this.#say(m.monitor, m.monitorText.zh);
      const test =
        m.testText === null ? `${this.#say('test', '测试')} ${m.tid}` : this.#say(m.testText.en, m.testText.zh);
      return `${m.unit ?? '-'}  ${monitor}: ${test} ${m.value} (${limits}) ${verdict}`;
    });
  }

  #say(en: string, zh: string): string {
    return this.#zh ? zh : en;
  }

  #word(en: string): string {
    return this.#zh ? wordInZh(en) : en;
  }

  #value(value: ScanReport['readings'][string]['value']): string {
    return value === null
      ? this.#say('not known', '未知')
      : typeof value === 'number'
        ? `${value}`
        : this.#word(`${value}`);
  }

  #row(en: string, zh: string, text: string): string {
    return row(this.#say(en, zh), text);
  }
}

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/** Chinese characters are two columns wide. */
function row(name: string, text: string): string {
  const wide = [...name].filter((c) => c > '\u2e7f').length;
  return `${name.padEnd(14 - wide)} ${text}`;
}
