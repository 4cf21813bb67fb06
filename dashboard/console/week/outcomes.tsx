import { Spin } from 'antd';
import type { FlagOutcome } from '../../../protocols/api/flags.ts';
import { useCodes } from '../../ui/i18n.ts';
import { useLive } from '../../ui/live.ts';
import { Nothing } from '../../ui/pieces.tsx';
import { api } from '../api.ts';
import { Stale } from '../fault.tsx';
import { useFlags } from '../flag-words.ts';
import { usePlace } from '../place.ts';
import { type Column, Rows } from '../table.tsx';

const COUNTS = ['raised', 'open', 'repaired', 'foundFine', 'notLooked', 'missed'] as const;

/** How right the flags were, with the number of cases that this stands on. */
export function Outcomes() {
  const t = useFlags();
  const code = useCodes();
  const { site } = usePlace().site;
  const live = useLive(`outcomes ${site}`, (signal) => api.outcomes(site, signal), 30_000);
  const percent = (share: number) => Math.round(share * 100);
  const columns: Column<FlagOutcome>[] = [
    { key: 'flag', title: t('week.flagName'), cell: (o) => <strong>{code.code('flag', o.flag)}</strong> },
    ...COUNTS.map(
      (key): Column<FlagOutcome> => ({
        key,
        title: t(`week.${key}`),
        align: 'end',
        cell: (o) => <span className={o[key] === 0 ? 'quiet num' : 'num'}>{o[key]}</span>,
      }),
    ),
    {
      key: 'precision',
      title: t('week.precision'),
      align: 'end',
      cell: ({ precision: p }) =>
        p === null ? (
          <span className="quiet">{t('week.noPrecision')}</span>
        ) : (
          t('week.precisionValue', { value: percent(p.value), low: percent(p.low), high: percent(p.high), n: p.n })
        ),
    },
  ];
  return (
    <>
      <p className="quiet">{t('week.outcomesHelp')}</p>
      <Stale fault={live.fault} at={live.at} retry={() => void live.reload()} />
      {!live.data && !live.fault && <Spin className="wait" size="large" />}
      {live.data?.items.length === 0 && (
        <div className="card">
          <Nothing title={t('week.outcomesEmpty')} />
        </div>
      )}
      {live.data && live.data.items.length > 0 && (
        <Rows label={t('week.outcomes')} rows={live.data.items} id={(o) => o.flag} columns={columns} />
      )}
    </>
  );
}
