import './ledger.css';
import { Segmented } from 'antd';
import { useNow } from '../live.ts';
import { isDate } from './dates.ts';
import { Day } from './day.tsx';
import { Figures } from './figures.tsx';
import { useLedger } from './place.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

/**
 * The pages of bays: a day as a timeline, some days as a loss tree.
 * @param way what follows in the address: `[day]`, or `['figures', from, to, bay]`
 */
export function Bays({ way }: { readonly way: readonly string[] }) {
  const t = useLedgerWords();
  const { now: clock, href } = useLedger();
  useNow();
  const now = clock();
  const today = useZoned().today(now);
  const go = (...next: string[]) => {
    location.hash = href(...next);
  };
  const view = way[0] === 'figures' ? 'figures' : 'day';
  const [from = today, to = from, bay] = way.slice(view === 'figures' ? 1 : 0).filter((w, i) => i > 1 || isDate(w));
  return (
    <div className="bays">
      <div className="heading">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
        <Segmented
          aria-label={t('view')}
          value={view}
          onChange={(v) => (v === 'day' ? go(...(to === today ? [] : [to])) : go('figures', from, from))}
          options={(['day', 'figures'] as const).map((v) => ({ value: v, label: t(v) }))}
        />
      </div>
      {view === 'day' ? (
        <Day key={from} date={from} now={now} onDate={(d) => (d === today ? go() : go(d))} />
      ) : (
        <Figures
          from={from}
          to={to}
          bay={bay ?? null}
          now={now}
          onChoose={(c) => go('figures', c.from, c.to, ...(c.bay === null ? [] : [c.bay]))}
        />
      )}
    </div>
  );
}
