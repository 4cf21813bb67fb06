import { DownloadOutlined, LeftOutlined, PrinterOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Input, Spin } from 'antd';
import { type ReactNode, useState } from 'react';
import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import type { Leaf } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { useCodes, useLocale } from '../i18n.ts';
import { type Live, useLive } from '../live.ts';
import { Nothing } from '../pieces.tsx';
import { type Chosen, CorrectDialog } from './correct.tsx';
import { Corrections } from './corrections.tsx';
import { dayCsv, download } from './csv.ts';
import { dayName, isDate, plusDays } from './dates.ts';
import { useLedger } from './place.ts';
import { useRule } from './rule.ts';
import { Silent } from './silent.tsx';
import { DayTimeline } from './timeline.tsx';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

/** A day that is over changes by late evidence and by hand alone. */
const TODAY_MS = 5_000;
const PAST_MS = 60_000;
/** A site that was silent for longer is told to be. */
const SILENT_MS = 120_000;

interface Dated {
  readonly date: string;
  readonly now: Millis;
  readonly onDate: (date: string) => void;
}

/** The day of all bays; the address says which. */
export function Day({ date, now, onDate }: Dated) {
  const t = useLedgerWords();
  const { key, source } = useLedger();
  const today = useZoned().today(now);
  const live = useLive(`day ${key} ${date}`, (signal) => source.day(date, signal), date >= today ? TODAY_MS : PAST_MS);
  const { data: day } = live;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <>
      <DayPicker date={date} now={now} onDate={onDate}>
        {day && day.bays.length > 0 && <Takeaway day={day} />}
      </DayPicker>
      <DayNotes live={live} now={now} />
      {!day && !live.fault && <Spin className="wait" size="large" aria-label={t('loading')} />}
      {day && day.bays.length === 0 && (
        <div className="card">
          <Nothing title={t('noBays')} help={t('noBaysHelp')} />
        </div>
      )}
      {day && day.bays.length > 0 && (
        <>
          {day.bays.every((b) => b.pieces.length === 0) && (
            <div className="note note-quiet" role="status">
              <p>
                <strong>{t('empty')}</strong> {t('emptyHelp')}
              </p>
            </div>
          )}
          <DayTimeline key={day.day} day={day} now={now} onCorrect={setChosen} />
          <Corrections day={day} onDone={live.reload} />
          {chosen && (
            <CorrectDialog
              key={`${chosen.bay} ${chosen.from} ${chosen.to}`}
              day={day}
              chosen={chosen}
              onClose={() => setChosen(null)}
              onDone={live.reload}
            />
          )}
        </>
      )}
    </>
  );
}

/** What a reader must know before they trust the picture. */
function DayNotes({ live, now }: { readonly live: Live<LedgerDay>; readonly now: Millis }) {
  const t = useLedgerWords();
  const { clock } = useZoned();
  const { data: day, fault } = live;
  if (fault !== null) return <Silent live={live} />;
  const isNow = day !== null && now >= day.from && now < day.to;
  if (!isNow || now - day.until < SILENT_MS || day.until <= day.from) return null;
  return (
    <div className="note" role="status">
      <p>{t('behind', { time: clock(day.until) })}</p>
    </div>
  );
}

/** Which day: a step back, a date, a step on, today. */
function DayPicker(props: Dated & { readonly children?: ReactNode }) {
  const { date, now, onDate } = props;
  const t = useLedgerWords();
  const [locale] = useLocale();
  const { daysBack } = useLedger();
  const today = useZoned().today(now);
  const first = daysBack === null ? undefined : plusDays(today, -daysBack);
  return (
    <div className="bays-picker">
      <strong className="bays-date" aria-live="polite">
        {dayName(date, locale)}
      </strong>
      <Button
        icon={<LeftOutlined />}
        aria-label={t('previous')}
        disabled={first !== undefined && date <= first}
        onClick={() => onDate(plusDays(date, -1))}
      />
      <Input
        type="date"
        aria-label={t('date')}
        value={date}
        max={today}
        {...(first ? { min: first } : {})}
        onChange={(e) => isDate(e.target.value) && e.target.value <= today && onDate(e.target.value)}
      />
      <Button
        icon={<RightOutlined />}
        aria-label={t('next')}
        disabled={date >= today}
        onClick={() => onDate(plusDays(date, 1))}
      />
      <Button disabled={date === today} onClick={() => onDate(today)}>
        {t('today')}
      </Button>
      {props.children}
    </div>
  );
}

/** The day as a file, and on paper. */
function Takeaway({ day }: { readonly day: LedgerDay }) {
  const t = useLedgerWords();
  const code = useCodes();
  const rule = useRule();
  const { bayName, deviceName, vinText } = useLedger();
  const words = {
    bay: bayName,
    device: deviceName,
    leaf: (leaf: Leaf) => code(`leaf.${leaf}`),
    rule,
    vin: vinText,
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => download(`bays-${day.day}.csv`, dayCsv(day, words))}>
        {t('csv')}
      </Button>
      <Button icon={<PrinterOutlined />} onClick={() => print()}>
        {t('print')}
      </Button>
    </>
  );
}
