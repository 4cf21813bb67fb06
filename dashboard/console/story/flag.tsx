import { Spin } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import type { FlagCase } from '../../../protocols/api/flags.ts';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { Mark } from '../../ui/mark.tsx';
import { numberText, unitText } from '../../ui/number.ts';
import { evidenceWord } from '../flag-codes.ts';
import { useFlags } from '../flag-words.ts';
import { useTimes } from '../place.ts';
import { useConsole } from '../words.ts';
import type { Flag } from './flag-data.ts';
import { CaseHistory, LifeLine } from './life.tsx';
import { Texts } from './texts.tsx';

const Plot = lazy(() => import('./plot.tsx'));

/** One flag of a car with all that it stands on: an honest prediction shows its evidence and what is missing. */
export default function FlagCard(props: {
  readonly flag: Flag;
  readonly vin: string;
  readonly cases: readonly FlagCase[];
  readonly onDone: () => Promise<void>;
}) {
  const { flag, vin, cases, onDone } = props;
  const code = useCodes();
  const name = code.code('flag', flag.flag);
  const newest = cases[0];
  return (
    <div className="flag">
      {newest && <LifeLine of={newest} name={name} vin={vin} onDone={onDone} />}
      <Texts flag={flag} />
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
      <FlagFacts flag={flag} cases={cases} />
    </div>
  );
}

function FlagFacts({ flag, cases }: { readonly flag: Flag; readonly cases: readonly FlagCase[] }) {
  const t = useConsole();
  const f = useFlags();
  const code = useCodes();
  const times = useTimes();
  const [locale] = useLocale();
  const caveats = flag.caveats.map((c) => code.code('caveat', c));
  // A code that is newer than this page has no words here, and is left out rather than shown as a code.
  const told = (flag.change ?? [flag.flag]).map((c) => [c, f.code('change', c), t.code('flag.changes', c)]);
  const missing = flag.caveats.map((c) => [c, t.code('flag.changes', c)]);
  const changes = [...told, ...missing].flatMap(([c, ...words]) => words.find((w) => w !== c) ?? []);
  const { evidence = [], conditions = [], repairs = [] } = flag;
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
        {evidence.length > 0 && (
          <Fact title={f('flag.numbers')}>
            <List
              items={evidence.map((e) => {
                const unit = e.unit === '1' ? '' : ` ${unitText(e.unit)}`;
                return `${evidenceWord(f, e.name)}: ${numberText(e.value, locale)}${unit}`;
              })}
            />
          </Fact>
        )}
        {conditions.length > 0 && (
          <Fact title={f('flag.conditions')}>
            <ul>
              {conditions.map((c) => (
                <li key={c.condition}>
                  <Mark shape={c.met ? 'check' : 'dash'} tone={c.met ? 'working' : 'quiet'}>
                    {f.code('condition', c.condition)}: {c.met ? f('flag.met', { count: c.count }) : f('flag.unmet')}
                  </Mark>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {repairs.length > 0 && (
          <Fact title={f('flag.repairs')}>
            <List items={repairs.map((r) => `${times.day(r.at)}, ${f(`flag.repair.${r.how}`)}`)} />
          </Fact>
        )}
        {cases.length > 0 && (
          <Fact title={f('flag.history')}>
            <CaseHistory cases={cases} />
          </Fact>
        )}
      </dl>
      {flag.rule !== '' && (
        <p className="quiet small flag-rule">
          {t('flag.rule', { rule: f.code('rule', flag.rule), time: times.moment(flag.at) })}
        </p>
      )}
    </>
  );
}

function Evidence({ flag }: { readonly flag: Flag }) {
  const t = useConsole();
  const f = useFlags();
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
      {flag.limits && flag.act !== null && ` (${f(`flag.limitsFrom.${flag.limits}`)})`}
    </>
  );
}

function Due({ flag: { due, dueKm = null } }: { readonly flag: Flag }) {
  const t = useConsole();
  const f = useFlags();
  const [locale] = useLocale();
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
      {dueKm && <span className="flag-km">{kmText()}</span>}
    </>
  );

  function kmText(): string {
    const km = (v: number) => numberText(Math.round(v / 10) * 10, locale);
    const { early, likely: middle, late } = dueKm!;
    if (late === null) return f('flag.dueKmOpen', { early: km(early), likely: km(middle) });
    return f('flag.dueKm', { early: km(early), likely: km(middle), late: km(late) });
  }
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
