import './ledger.css';
import { useNow } from '../live.ts';
import { isDate } from './dates.ts';
import { Day, DayPicker } from './day.tsx';
import { useLedger } from './place.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

/** The pages of bays: a day as a timeline. @param way what follows in the address, e.g. `['2026-11-22']` */
export function Bays({ way }: { readonly way: readonly string[] }) {
  const t = useLedgerWords();
  const { now: clock, href } = useLedger();
  useNow();
  const now = clock();
  const today = useZoned().today(now);
  const date = isDate(way[0]) ? way[0] : today;
  const go = (...next: string[]) => {
    location.hash = href(...next);
  };
  return (
    <div className="bays">
      <div className="heading">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
      </div>
      <DayPicker date={date} now={now} onDate={(d) => (d === today ? go() : go(d))} />
      <Day key={date} date={date} now={now} />
    </div>
  );
}
