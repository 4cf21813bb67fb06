import { Spin } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import type { VehicleStory } from '../../../protocols/api/console.ts';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { Mark } from '../../ui/mark.tsx';
import { numberText, unitText } from '../../ui/number.ts';
import { flagMark } from '../flag-mark.ts';
import { useTimes } from '../place.ts';
import { useConsole } from '../words.ts';
import { type Flag, flagOf } from './flag-data.ts';

const Plot = lazy(() => import('./plot.tsx'));

/** One flag of a car with all that it stands on: an honest prediction shows its evidence and what is missing. */
export default function FlagCard({ raw }: { readonly raw: VehicleStory['flags'][number] }) {
  const t = useConsole();
  const code = useCodes();
  const flag = flagOf(raw);
  const name = code.code('flag', flag.flag);
  return (
    <article className="card flag" data-flag={flag.flag}>
      <div className="card-head">
        <h2>{name}</h2>
        <Mark {...flagMark(flag.state, flag.severity)}>{t.code('flag.state', flag.state)}</Mark>
      </div>
      <p className="flag-lead">{t.code('flag.sentence', flag.flag)}</p>
      {flag.series.length > 1 && (
        <Suspense
          fallback={
            <div className="plot plot-wait">
              <Spin />
            </div>
          }
        >
          <Plot flag={flag} name={name} />
        </Suspense>
      )}
      <FlagFacts flag={flag} />
    </article>
  );
}

function FlagFacts({ flag }: { readonly flag: Flag }) {
  const t = useConsole();
  const code = useCodes();
  const times = useTimes();
  const speaks = flag.state === 'watch' || flag.state === 'raised';
  const caveats = flag.caveats.map((c) => code.code('caveat', c));
  // A caveat or flag that is newer than this page has no words here, and is left out rather than shown as a code.
  const changes = [...flag.caveats, flag.flag].flatMap((c) => {
    const words = t.code('flag.changes', c);
    return words === c ? [] : [words];
  });
  return (
    <>
      <dl className="flag-facts">
        <Fact title={t('flag.evidence')}>
          <Evidence flag={flag} />
        </Fact>
        <Fact title={t('flag.confidence')}>
          {flag.confidence === null
            ? t('flag.noConfidence')
            : t('flag.confidenceValue', { percent: Math.round(flag.confidence * 100) })}
        </Fact>
        <Fact title={t('flag.due')}>
          <Due flag={flag} />
        </Fact>
        <Fact title={t('flag.caveats')}>{caveats.length === 0 ? t('flag.noCaveats') : <List items={caveats} />}</Fact>
        {changes.length > 0 && (
          <Fact title={t('flag.change')}>
            <List items={changes} />
          </Fact>
        )}
      </dl>
      {speaks && <p className="flag-check">{t.code('flag.check', flag.flag)}</p>}
      <p className="quiet small flag-rule">{t('flag.rule', { rule: flag.rule, time: times.moment(flag.at) })}</p>
    </>
  );
}

function Evidence({ flag }: { readonly flag: Flag }) {
  const t = useConsole();
  const times = useTimes();
  const [locale] = useLocale();
  const unit = unitText(flag.unit);
  const first = flag.series[0];
  const last = flag.series.at(-1);
  const number = (v: number) => numberText(v, locale);
  return (
    <>
      {first && last
        ? t('flag.evidenceText', {
            count: flag.series.length,
            from: times.day(first.at),
            to: times.day(last.at),
            value: number(last.value),
            unit,
          })
        : t('flag.noEvidence')}{' '}
      {flag.watch !== null && flag.act !== null
        ? t('flag.limits', { watch: number(flag.watch), act: number(flag.act), unit })
        : t('flag.noLimits')}
    </>
  );
}

function Due({ flag: { due } }: { readonly flag: Flag }) {
  const t = useConsole();
  const times = useTimes();
  if (!due) return t('flag.noDue');
  const early = times.day(due.early);
  const likely = <strong key="likely">{times.day(due.likely)}</strong>;
  const text =
    due.late === null
      ? t('flag.dueOpen', { early, likely: '\u0000' })
      : t('flag.dueText', { early, likely: '\u0000', late: times.day(due.late) });
  const [before, after] = text.split('\u0000');
  return (
    <>
      {before}
      {likely}
      {after}
    </>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul>
      {items.map((i) => (
        <li key={i}>{i}</li>
      ))}
    </ul>
  );
}
