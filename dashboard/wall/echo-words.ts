import type { ScanEcho } from '../../protocols/board.ts';
import type { Locale } from '../ui/i18n.ts';

/** What was understood of a scan, in a sentence that is shown and spoken. Both languages stand on the wall at once. */
interface EchoWords {
  readonly kind: Readonly<Record<ScanEcho['kind'], string>>;
  readonly hold: Readonly<Record<string, string>>;
  readonly bay: string;
  readonly order: string;
  readonly undone: string;
  readonly outcome: Readonly<Record<Exclude<ScanEcho['outcome'], 'taken' | 'undone'>, string>>;
}

const EN: EchoWords = {
  kind: {
    vin: 'VIN',
    plate: 'Plate',
    bay: 'Bay',
    job: 'Order',
    'job-start': 'Work starts',
    'job-stop': 'Work is done',
    hold: 'Waiting',
    badge: 'Badge seen',
    undo: 'Taken back',
    unknown: 'Label',
  },
  hold: {
    parts: 'Waiting for parts',
    approval: 'Waiting for approval',
    technician: 'Waiting for a technician',
    equipment: 'Waiting for equipment',
    quality: 'Waiting for the quality check',
    pickup: 'Waiting for pick-up',
    rework: 'Rework',
    none: 'Work goes on',
  },
  bay: 'Bay',
  order: 'order',
  undone: 'Taken back',
  outcome: {
    'no-bay': 'Which bay? Scan the bay label first',
    'no-such-bay': 'There is no such bay',
    'no-car': 'No car stands there',
    'not-understood': 'Not understood',
    'nothing-to-undo': 'Nothing to take back',
  },
};

const ZH: EchoWords = {
  kind: {
    vin: '车架号',
    plate: '车牌',
    bay: '工位',
    job: '工单',
    'job-start': '开工',
    'job-stop': '完工',
    hold: '等待',
    badge: '工牌已读',
    undo: '已撤销',
    unknown: '标签',
  },
  hold: {
    parts: '等待配件',
    approval: '等待批准',
    technician: '等待技师',
    equipment: '等待设备',
    quality: '等待质检',
    pickup: '等待取车',
    rework: '返工',
    none: '继续作业',
  },
  bay: '工位',
  order: '工单',
  undone: '已撤销',
  outcome: {
    'no-bay': '哪个工位？请先扫工位标签',
    'no-such-bay': '没有这个工位',
    'no-car': '该工位没有车',
    'not-understood': '无法识别',
    'nothing-to-undo': '没有可撤销的扫码',
  },
};

const WORDS: Readonly<Record<Locale, EchoWords>> = { en: EN, 'zh-CN': ZH };
const DOTS = '…';

export function isTaken({ outcome }: ScanEcho): boolean {
  return outcome === 'taken' || outcome === 'undone';
}

/** @param bayName what people call the bay; null where it is not known */
export function echoText(echo: ScanEcho, bayName: string | null, locale: Locale): string {
  const w = WORDS[locale];
  const bay = bayName === null ? [] : [bayName === echo.bay ? `${w.bay} ${bayName}` : bayName];
  if (!isTaken(echo)) {
    const failure = w.outcome[echo.outcome as keyof EchoWords['outcome']];
    const label = echo.kind === 'bay' && echo.word !== null ? [echo.word] : [];
    return [...(echo.outcome === 'no-such-bay' ? [] : bay), failure, ...label].join(' · ');
  }
  if (echo.outcome === 'undone') {
    return [...bay, `${w.undone}: ${w.kind[echo.undid ?? 'unknown']}`, ...carOf(echo, w, null)].join(' · ');
  }
  const head = headOf(echo, w);
  return [...bay, ...(head === null ? [] : [head]), ...carOf(echo, w, echo.kind)].join(' · ');
}

/** What the label itself says, first; null where the bay and the car say it all. */
function headOf({ kind, word, vinTail, plateTail, orderTail }: ScanEcho, w: EchoWords): string | null {
  switch (kind) {
    case 'vin':
      return `${w.kind.vin} ${DOTS}${vinTail ?? ''}`;
    case 'plate':
      return `${w.kind.plate} ${DOTS}${plateTail ?? ''}`;
    case 'job':
      return `${w.kind.job} ${DOTS}${orderTail ?? ''}`;
    case 'hold':
      return w.hold[word ?? ''] ?? w.kind.hold;
    case 'bay':
      return null;
    default:
      return w.kind[kind];
  }
}

function carOf({ vinTail, plateTail, orderTail }: ScanEcho, w: EchoWords, told: ScanEcho['kind'] | null): string[] {
  const car =
    told === 'vin' || told === 'plate'
      ? []
      : plateTail !== null
        ? [`${w.kind.plate} ${DOTS}${plateTail}`]
        : vinTail !== null
          ? [`${w.kind.vin} ${DOTS}${vinTail}`]
          : [];
  return [...car, ...(orderTail === null || told === 'job' ? [] : [`${w.order} ${DOTS}${orderTail}`])];
}
