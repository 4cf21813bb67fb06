import { Spin } from 'antd';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { useLive } from '../../ui/live.ts';
import { Nothing } from '../../ui/pieces.tsx';
import { fromField } from '../../ui/zoned.ts';
import { api } from '../api.ts';
import { Stale } from '../fault.tsx';
import { useFlags } from '../flag-words.ts';
import { usePlace, useTimes } from '../place.ts';
import { hrefOf } from '../route.ts';

/** Parts that will probably be needed, week by week, with the cars that they are for. */
export function Parts() {
  const t = useFlags();
  const code = useCodes();
  const times = useTimes();
  const [locale] = useLocale();
  const { site } = usePlace().site;
  const live = useLive(`parts ${site}`, (signal) => api.parts(site, signal), 30_000);
  /** Noon lies on that day in any zone of the site. */
  const dateOf = (week: string) => times.day(fromField(`${week}T12:00`, times.zone)!);
  const weeks = live.data?.items;
  return (
    <>
      <p className="quiet">{t('week.partsHelp')}</p>
      <Stale fault={live.fault} at={live.at} retry={() => void live.reload()} />
      {!weeks && !live.fault && <Spin className="wait" size="large" />}
      {weeks?.length === 0 && (
        <div className="card">
          <Nothing title={t('week.partsEmpty')} />
        </div>
      )}
      {weeks?.map((w) => (
        <section key={w.week} className="card" aria-label={t('week.weekOf', { day: dateOf(w.week) })}>
          <h2>{t('week.weekOf', { day: dateOf(w.week) })}</h2>
          <table className="readings parts">
            <thead>
              <tr>
                <th scope="col">{t('week.part')}</th>
                <th scope="col">{t('week.count')}</th>
                <th scope="col">{t('week.cars')}</th>
              </tr>
            </thead>
            <tbody>
              {w.parts.map((p) => (
                <tr key={p.part}>
                  <th scope="row">{p.name[locale]}</th>
                  <td>
                    <strong>{p.count}</strong>
                  </td>
                  <td>
                    {p.cars.map((c) => (
                      <span key={c.vin}>
                        <a href={hrefOf('vehicles', c.vin)}>{c.plate ?? c.model ?? c.vin}</a>
                        <span className="quiet small">
                          {' '}
                          {code.code('flag', c.flag)}
                          {c.booked && ` · ${t('week.isBooked')}`}
                        </span>
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </>
  );
}
