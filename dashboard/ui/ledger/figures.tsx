import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Select, Spin } from 'antd';
import { useState } from 'react';
import type { LedgerRange } from '../../../protocols/api/ledger.ts';
import { timeUtil } from '../../../protocols/figures.ts';
import { sumTrees } from '../../../protocols/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';
import { useCodes, useLocale } from '../i18n.ts';
import { useLive } from '../live.ts';
import { useDuration } from '../time.ts';
import { download, treeCsv } from './csv.ts';
import { countDays, isDate, plusDays, shortDay } from './dates.ts';
import { LabourFields } from './labour.tsx';
import { partOf } from './part.ts';
import { type Labour, useLedger } from './place.ts';
import { Ratios, usePercent } from './ratios.tsx';
import { Silent } from './silent.tsx';
import { openHours } from './spans.ts';
import { useZoned } from './times.ts';
import { LeafBar, LossTreeView } from './tree.tsx';
import type { Figures as FiguresOf } from './tree-nodes.ts';
import { useLedgerWords } from './words.ts';

const MOST_DAYS = 92;
const EVERY_MS = 15_000;

interface Chosen {
  readonly from: string;
  readonly to: string;
  /** Null: all. */
  readonly bay: string | null;
}

/** The loss tree and the ratios of some days, of one bay or all. */
export function Figures(props: Chosen & { readonly now: Millis; readonly onChoose: (next: Chosen) => void }) {
  const { from, to, bay, now, onChoose } = props;
  const t = useLedgerWords();
  const code = useCodes();
  const { key, source, bayName, asksLabour } = useLedger();
  const [part, setPart] = useState('whole');
  // What was sold is of these very days.
  const days = `${from} ${to}`;
  const [said, setSaid] = useState<{ readonly days: string; readonly labour: Labour | null }>({ days, labour: null });
  const labour = said.days === days ? said.labour : null;
  const { clock } = useZoned();
  const wrong = from > to ? t('tree.backwards') : countDays(from, to) > MOST_DAYS ? t('tree.tooLong') : null;
  const live = useLive(
    `range ${key} ${days} ${wrong} ${labour?.sales} ${labour?.rate}`,
    async (signal) => (wrong ? null : source.range(from, to, labour, signal)),
    EVERY_MS,
  );
  // The parts of a day are known from its pieces alone.
  const single = from === to ? from : null;
  const pieces = useLive(
    `parts ${key} ${single}`,
    async (signal) => (single ? source.day(single, signal) : null),
    EVERY_MS,
  );
  const range = live.data;
  const own = bay === null ? range?.figures : range?.bays.find((b) => b.bay === bay)?.figures;
  const hours = pieces.data ? openHours(pieces.data.bays) : [];
  const span = hours.find((h) => String(h.from) === part);
  const shown = span && pieces.data ? partOf(pieces.data, bay, span) : own;

  return (
    <>
      <Scope {...props} now={now}>
        <Select
          aria-label={t('tree.bay')}
          value={bay ?? ''}
          onChange={(b) => onChoose({ from, to, bay: b === '' ? null : b })}
          options={[
            { value: '', label: t('tree.allBays') },
            ...(range?.bays ?? []).map((b) => ({ value: b.bay, label: bayName(b.bay) })),
          ]}
        />
        {hours.length > 1 && (
          <Select
            aria-label={t('tree.part')}
            value={span ? part : 'whole'}
            onChange={setPart}
            options={[
              { value: 'whole', label: t('tree.wholeDay') },
              ...hours.map((h) => ({ value: String(h.from), label: `${clock(h.from)} – ${clock(h.to)}` })),
            ]}
          />
        )}
        {range && (
          <>
            <Button
              icon={<DownloadOutlined />}
              onClick={() =>
                download(
                  `loss-tree-${from}-${to}.csv`,
                  treeCsv(range, bayName, (leaf) => code(`leaf.${leaf}`)),
                )
              }
            >
              {t('csv')}
            </Button>
            <Button icon={<PrinterOutlined />} onClick={() => print()}>
              {t('print')}
            </Button>
          </>
        )}
      </Scope>
      {wrong && (
        <div className="note" role="alert">
          <p>{wrong}</p>
        </div>
      )}
      <Silent live={live} />
      {!range && !live.fault && !wrong && <Spin className="wait" size="large" aria-label={t('loading')} />}
      {range && shown && (
        <>
          <LossTreeView figures={shown} />
          <Ratios
            figures={shown}
            labour={
              asksLabour &&
              bay === null && <LabourFields key={days} value={labour} onChange={(v) => setSaid({ days, labour: v })} />
            }
          />
          {bay === null && range.bays.length > 1 && (
            <PerBay range={range} onBay={(b) => onChoose({ from, to, bay: b })} />
          )}
          {from !== to && <PerDay range={range} bay={bay} />}
        </>
      )}
    </>
  );
}

/** Which days. */
function Scope({
  from,
  to,
  bay,
  now,
  onChoose,
  children,
}: Chosen & {
  readonly now: Millis;
  readonly onChoose: (next: Chosen) => void;
  readonly children: React.ReactNode;
}) {
  const t = useLedgerWords();
  const { daysBack } = useLedger();
  const today = useZoned().today(now);
  const first = daysBack === null ? undefined : plusDays(today, -daysBack);
  const presets = [
    ...[['today', 1] as const],
    ...(daysBack === null ? [['tree.week', 7] as const, ['tree.month', 30] as const] : []),
  ];
  const preset = to === today ? presets.find(([, days]) => countDays(from, to) === days)?.[1] : undefined;
  const field = (label: string, value: string, change: (date: string) => Chosen) => (
    <Input
      type="date"
      aria-label={label}
      value={value}
      max={today}
      {...(first ? { min: first } : {})}
      onChange={(e) => isDate(e.target.value) && e.target.value <= today && onChoose(change(e.target.value))}
    />
  );
  return (
    <div className="bays-picker bays-scope">
      <Segmented
        aria-label={t('tree.days')}
        value={preset ?? 0}
        onChange={(days) => days > 0 && onChoose({ from: plusDays(today, 1 - days), to: today, bay })}
        options={presets.map(([name, days]) => ({ value: days as number, label: t(name) }))}
      />
      <div className="bays-span">
        {field(t('tree.from'), from, (d) => ({ from: d, to: d > to ? d : to, bay }))}
        <span aria-hidden="true">–</span>
        {field(t('tree.to'), to, (d) => ({ from: d < from ? d : from, to: d, bay }))}
      </div>
      {children}
    </div>
  );
}

interface BarRow {
  readonly key: string;
  readonly name: string;
  readonly href?: string;
  readonly tree: FiguresOf['tree'];
  readonly timeUtil: FiguresOf['timeUtil'];
}

function PerBay({ range, onBay }: { readonly range: LedgerRange; readonly onBay: (bay: string) => void }) {
  const t = useLedgerWords();
  const { bayName } = useLedger();
  const rows = range.bays.map((b) => ({ key: b.bay, name: bayName(b.bay), ...b.figures }));
  return <Bars title={t('tree.perBay')} rows={rows} onRow={onBay} />;
}

function PerDay({ range, bay }: { readonly range: LedgerRange; readonly bay: string | null }) {
  const t = useLedgerWords();
  const [locale] = useLocale();
  const bays = range.bays.filter((b) => bay === null || b.bay === bay);
  const rows = (bays[0]?.days ?? []).map(({ day }, n) => {
    const tree = sumTrees(bays.map((b) => b.days[n]!.figures.tree));
    return { key: day, name: shortDay(day, locale), tree, timeUtil: timeUtil(tree) };
  });
  const { href } = useLedger();
  return <Bars title={t('tree.perDay')} rows={rows.map((r) => ({ ...r, href: href(r.key) }))} />;
}

/** One bar for each bay or day, beside its occupied share. */
function Bars(props: {
  readonly title: string;
  readonly rows: readonly BarRow[];
  readonly onRow?: (key: string) => void;
}) {
  const { title, rows, onRow } = props;
  const t = useLedgerWords();
  const percent = usePercent();
  const duration = useDuration();
  return (
    <section className="card">
      <h2>{title}</h2>
      <table className="bars num">
        <thead>
          <tr>
            <th scope="col">{t(onRow ? 'tree.bay' : 'date')}</th>
            <th scope="col">{t('tree.title')}</th>
            <th scope="col">{t('ratio.timeUtil')}</th>
            <th scope="col">{t('ratio.coverage')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.key}>
              <th scope="row">
                {r.href && <a href={r.href}>{r.name}</a>}
                {!r.href && onRow && (
                  <button type="button" className="link" onClick={() => onRow(r.key)}>
                    {r.name}
                  </button>
                )}
              </th>
              <td>
                {r.tree.open > 0 ? (
                  <LeafBar leaves={r.tree.leaves} />
                ) : (
                  <span className="quiet small">{t('tree.noOpen')}</span>
                )}
              </td>
              <td title={t('tree.openedFor', { duration: duration(r.tree.open * 1_000) })}>
                <UtilText value={r.timeUtil} />
              </td>
              <td>{r.timeUtil.coverage === null ? '—' : percent(r.timeUtil.coverage, Math.floor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function UtilText({ value: u }: { readonly value: FiguresOf['timeUtil'] }) {
  const percent = usePercent();
  if (u.low === null || u.high === null) return '—';
  return u.value === null
    ? `${percent(u.low, Math.floor).replace(' %', '')} – ${percent(u.high, Math.ceil)}`
    : percent(u.value);
}
