import type { VehicleStory } from '../../../protocols/api/console.ts';
import { Mark, type Shape, type Tone } from '../../ui/mark.tsx';
import { useFlags } from '../flag-words.ts';
import { useTimes } from '../place.ts';

const MARK: Readonly<Record<string, { shape: Shape; tone: Tone }>> = {
  stored: { shape: 'octagon', tone: 'blocked' },
  permanent: { shape: 'square', tone: 'blocked' },
  pending: { shape: 'half', tone: 'waiting' },
  gone: { shape: 'check', tone: 'quiet' },
};

/** Trouble codes with their life, and whether the car's own tests are complete enough to believe their absence. */
export function CodeLives({ story }: { readonly story: VehicleStory }) {
  const t = useFlags();
  const times = useTimes();
  const incomplete = story.readings.find((r) => r.signal === 'obd.monitors-incomplete')?.value ?? null;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('health.codes')}</h2>
      </div>
      {story.codeLife.length === 0 && <p className="quiet">{t('health.noCodes')}</p>}
      <ul className="code-lives">
        {story.codeLife.map((c) => (
          <li key={c.code}>
            <strong className="id">{c.code}</strong>
            <Mark {...MARK[c.state]!}>{t(`health.code.${c.state}`)}</Mark>
            <span className="quiet small">
              {t('health.first', { first: times.date(c.firstAt), last: times.date(c.lastAt) })}
              {c.returned && ` · ${t('health.returned')}`}
            </span>
          </li>
        ))}
      </ul>
      <p className="quiet small">
        {t('health.readiness')}:{' '}
        {incomplete === null
          ? t('health.readyUnknown')
          : incomplete === 0
            ? t('health.ready')
            : t('health.notReady', { count: incomplete })}
      </p>
    </section>
  );
}
