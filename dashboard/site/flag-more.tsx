import { Spin } from 'antd';
import type { SiteFlag, SiteFlagData } from '../../protocols/api/flags.ts';
import { useLocale } from '../ui/i18n.ts';
import { useLive } from '../ui/live.ts';
import { numberText, unitText } from '../ui/number.ts';
import { Spark } from '../ui/spark.tsx';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useSiteFlags } from './flag-words.ts';
import { useTimes } from './place.ts';

/** What a flag stands on, as far as it is kept here, and all that was done with it. */
export function FlagMore({ flag: f }: { readonly flag: SiteFlag }) {
  const t = useSiteFlags();
  const times = useTimes();
  const live = useLive(`flag ${f.vin} ${f.flag}`, (signal) => api.flagData(f.vin, f.flag, signal), 30_000);
  return (
    <div className="site-flag-more">
      {live.data ? <Readings data={live.data} /> : live.fault === null && <Spin />}
      {live.fault !== null && !live.data && <Fault fault={live.fault} retry={() => void live.reload()} />}
      <h4>{t('history')}</h4>
      {f.acts.length === 0 && <p className="quiet small">{t('noHistory')}</p>}
      <ol>
        {f.acts.map((a) => (
          <li key={`${a.at} ${a.act} ${a.from}`} data-counted={a.counted}>
            <span className="quiet num">{times.clock(a.at)}</span> {t(`done.${a.act}`)},{' '}
            {t(`by.${a.from}`, { who: a.by })}
            {a.reason !== null && <q>{a.reason}</q>}
            {!a.counted && <em className="quiet small"> {t('notCounted')}</em>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Readings({ data }: { readonly data: SiteFlagData }) {
  const t = useSiteFlags();
  const times = useTimes();
  const [locale] = useLocale();
  const last = data.series.at(-1);
  if (!last) return <p className="quiet small">{t('noData')}</p>;
  const unit = data.unit === '1' ? '' : unitText(data.unit);
  const number = (v: number) => numberText(v, locale);
  return (
    <div className="site-flag-data">
      <Spark values={data.series.map((s) => s.value)} />
      <p>
        {t('newest', { value: number(last.value), unit, time: times.day(last.at), count: data.series.length })}{' '}
        {data.watch !== null &&
          data.act !== null &&
          t('limits', { watch: number(data.watch), act: number(data.act), unit })}
      </p>
    </div>
  );
}
