import type { VehicleStory } from '../../../protocols/api/console.ts';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { useNow } from '../../ui/live.ts';
import { numberText, unitText } from '../../ui/number.ts';
import { useDuration } from '../../ui/time.ts';
import { Unknown } from '../vehicles.tsx';
import { useConsole } from '../words.ts';

/** The newest value of each signal, in its unit, with its age. */
export function Readings({ readings }: { readonly readings: VehicleStory['readings'] }) {
  const t = useConsole();
  const code = useCodes();
  const [locale] = useLocale();
  const duration = useDuration();
  const now = useNow();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('story.readings')}</h2>
      </div>
      {readings.length === 0 ? (
        <p className="quiet">{t('story.noReadings')}</p>
      ) : (
        <table className="readings">
          <thead>
            <tr>
              <th scope="col">{t('story.signal')}</th>
              <th scope="col">{t('story.value')}</th>
              <th scope="col">{t('story.age')}</th>
            </tr>
          </thead>
          <tbody>
            {readings.map((r) => (
              <tr key={r.signal}>
                <th scope="row">{code.code('signal', r.signal)}</th>
                <td>
                  {r.value === null ? (
                    <Unknown word={t('common.unknown')} />
                  ) : (
                    <>
                      <strong>{numberText(r.value, locale)}</strong> <span className="quiet">{unitText(r.unit)}</span>
                    </>
                  )}
                </td>
                <td className="quiet">{code('duration.ago', { duration: duration(now - r.at) })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
