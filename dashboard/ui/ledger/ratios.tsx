import type { ReactNode } from 'react';
import { useLocale } from '../i18n.ts';
import { numberText } from '../number.ts';
import { useDuration } from '../time.ts';
import type { Figures } from './tree-nodes.ts';
import { useLedgerWords } from './words.ts';

/** What can be said of a part of a day: no visits are counted in it. */
export type Shares = Pick<Figures, 'timeUtil'>;
const isWhole = (f: Figures | Shares): f is Figures => 'dwell' in f;

/** The named ratios, each by its full name with what it means; what cannot be computed says why. */
export function Ratios({
  figures: f,
  labour = null,
}: {
  readonly figures: Figures | Shares;
  /** Where sales and rate are said, if they can be. */
  readonly labour?: ReactNode;
}) {
  const t = useLedgerWords();
  const percent = usePercent();
  const [locale] = useLocale();
  const duration = useDuration();
  const spread = (s: Figures['dwell'], none: string) =>
    s.p50 === null || s.p90 === null ? (
      <None why={none} />
    ) : (
      <>
        <b>{duration(s.p50 * 1_000)}</b> <span className="quiet">{t('ratio.p50')}</span>
        <br />
        <b>{duration(s.p90 * 1_000)}</b> <span className="quiet">{t('ratio.p90')}</span>
        <small>{t('ratio.stays', { count: s.count })}</small>
      </>
    );
  return (
    <section className="card" aria-labelledby="bays-ratios">
      <h2 id="bays-ratios">{t('ratio.title')}</h2>
      <dl className="ratios num">
        <Ratio name={t('ratio.timeUtil')} hint={t('ratio.timeUtilIs')} id="timeUtil">
          <TimeUtil value={f.timeUtil} />
        </Ratio>
        <Ratio name={t('ratio.coverage')} hint={t('ratio.coverageIs')} id="coverage">
          {f.timeUtil.coverage === null ? (
            <None why={t('ratio.noAvailable')} />
          ) : (
            <b className="ratio-big">{percent(f.timeUtil.coverage, Math.floor)}</b>
          )}
        </Ratio>
        {isWhole(f) && (
          <>
            <Ratio name={t('ratio.billedUtil')} hint={t('ratio.billedUtilIs')} id="billedUtil">
              {f.billedUtil === null ? (
                <None why={t('ratio.billedUtilNone')} />
              ) : (
                <b className="ratio-big">{percent(f.billedUtil)}</b>
              )}
            </Ratio>
            <Ratio
              name={t('ratio.facilityUtil')}
              hint={t('ratio.facilityUtilIs', { hours: numberText(f.tree.open / 3_600, locale, 1) })}
              id="facilityUtil"
            >
              {f.facilityUtil?.value == null ? (
                <None why={t('ratio.facilityUtilNone')} />
              ) : (
                <b className="ratio-big">{percent(f.facilityUtil.value)}</b>
              )}
              {labour}
            </Ratio>
            <Ratio name={t('ratio.turnover')} hint={t('ratio.turnoverIs')} id="turnover">
              {f.turnover === null ? (
                <None why={t('ratio.noTurnover')} />
              ) : (
                <>
                  <b className="ratio-big">{numberText(f.turnover, locale)}</b>{' '}
                  <span className="quiet">{t('ratio.perDayUnit')}</span>
                  <small>{t('ratio.turnoverOf', { count: f.visits })}</small>
                </>
              )}
            </Ratio>
            <Ratio name={t('ratio.dwell')} hint={t('ratio.dwellIs')} id="dwell">
              {spread(f.dwell, t('ratio.noStays'))}
            </Ratio>
            <Ratio name={t('ratio.waitBeforeStart')} hint={t('ratio.waitBeforeStartIs')} id="waitBeforeStart">
              {spread(f.waitBeforeStart, t('ratio.noWaits'))}
            </Ratio>
          </>
        )}
      </dl>
      {!isWhole(f) && <p className="quiet small">{t('ratio.partOnly')}</p>}
    </section>
  );
}

/** One value, or the range where too little was seen. */
function TimeUtil({ value: u }: { readonly value: Figures['timeUtil'] }) {
  const t = useLedgerWords();
  const percent = usePercent();
  const [locale] = useLocale();
  if (u.low === null || u.high === null || u.coverage === null) return <None why={t('ratio.noAvailable')} />;
  if (u.value === null)
    return (
      <>
        <b className="ratio-big">
          {t('ratio.range', {
            low: numberText(Math.floor(u.low * 1_000) / 10, locale, 1),
            high: numberText(Math.ceil(u.high * 1_000) / 10, locale, 1),
          })}
        </b>
        <small>{t('ratio.rangeWhy', { coverage: numberText(Math.floor(u.coverage * 1_000) / 10, locale, 1) })}</small>
      </>
    );
  return (
    <>
      <b className="ratio-big">{percent(u.value)}</b>
      <small>{t('ratio.timeUtilOf', { hours: numberText(u.hours, locale, 1) })}</small>
    </>
  );
}

/** `81.2 %` with one decimal. */
export function usePercent(): (ratio: number, round?: (n: number) => number) => string {
  const [locale] = useLocale();
  const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (ratio, round = Math.round) => `${text.format(round(ratio * 1_000) / 10)} %`;
}

function Ratio(props: {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly children: ReactNode;
}) {
  return (
    <div data-ratio={props.id}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
      <dd className="ratio-hint">{props.hint}</dd>
    </div>
  );
}

function None({ why }: { readonly why: string }) {
  return (
    <>
      <b className="ratio-big">—</b>
      <small>{why}</small>
    </>
  );
}
