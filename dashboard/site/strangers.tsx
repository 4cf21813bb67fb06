import { Mark } from '../ui/mark.tsx';
import { usePlace, useTimes } from './place.ts';
import { useSite } from './words.ts';

/** Devices that knocked and are not listed; nothing is shown while there are none. */
export function Strangers() {
  const t = useSite();
  const times = useTimes();
  const { strangers } = usePlace().status;
  if (strangers.length === 0) return null;
  return (
    <section className="card strangers" aria-labelledby="strangers">
      <div className="card-head">
        <h2 id="strangers">{t('strangers.title')}</h2>
      </div>
      <p className="quiet small">{t('strangers.lead')}</p>
      <ul className="rows">
        {strangers.map((s) => (
          <li key={`${s.via} ${s.name}`}>
            <Mark shape="triangle" tone="waiting">
              <span className="id">{s.name}</span>
            </Mark>
            <span className="quiet small num">
              {t('strangers.tried', { count: s.count, via: s.via })}
              {' · '}
              {times.clock(s.at)}
            </span>
          </li>
        ))}
      </ul>
      <p className="quiet small">{t('strangers.help')}</p>
    </section>
  );
}
