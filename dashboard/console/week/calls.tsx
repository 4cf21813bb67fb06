import { Spin } from 'antd';
import type { WeekList } from '../../../protocols/api/flags.ts';
import { useCodes } from '../../ui/i18n.ts';
import type { Live } from '../../ui/live.ts';
import { Nothing } from '../../ui/pieces.tsx';
import { Stale } from '../fault.tsx';
import { useFlags } from '../flag-words.ts';
import { useTimes } from '../place.ts';
import { hrefOf } from '../route.ts';
import { CallCard } from './call-card.tsx';

/** The cars to call, the most urgent first, and those that are booked already. */
export function Calls({ week }: { readonly week: Live<WeekList> }) {
  const t = useFlags();
  const { data } = week;
  return (
    <>
      <Stale fault={week.fault} at={week.at} retry={() => void week.reload()} />
      {!data && !week.fault && <Spin className="wait" size="large" />}
      {data && (
        <div className="week">
          <section className="week-calls" aria-label={t('week.calls')}>
            {data.calls.length === 0 && (
              <div className="card">
                <Nothing title={t('week.empty')} help={t('week.emptyHelp')} />
              </div>
            )}
            {data.calls.map((c) => (
              <CallCard key={c.vin} call={c} onDone={week.reload} />
            ))}
            {data.later > 0 && <p className="quiet small">{t('week.later', { count: data.later })}</p>}
          </section>
          <Booked booked={data.booked} />
        </div>
      )}
    </>
  );
}

function Booked({ booked }: Pick<WeekList, 'booked'>) {
  const t = useFlags();
  const code = useCodes();
  const times = useTimes();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('week.booked')}</h2>
      </div>
      {booked.length === 0 && <p className="quiet">{t('week.bookedNone')}</p>}
      <ul className="booked">
        {booked.map((b) => (
          <li key={b.vin}>
            <a href={hrefOf('vehicles', b.vin)}>{[b.plate, b.model].filter(Boolean).join(' · ') || b.vin}</a>
            <span>
              {b.appointment
                ? t('week.atTime', {
                    day: times.day(b.appointment.from),
                    from: times.clock(b.appointment.from),
                    until: times.clock(b.appointment.until),
                  })
                : t('week.noTime')}
            </span>
            <span className="quiet small">{b.flags.map((f) => code.code('flag', f)).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
