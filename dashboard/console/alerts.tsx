import { Button, Segmented, Spin } from 'antd';
import { useState } from 'react';
import type { AlertItem } from '../../protocols/api/console.ts';
import { useCodes } from '../ui/i18n.ts';
import { useAct, useNow } from '../ui/live.ts';
import { Mark, SEVERITY_MARK } from '../ui/mark.tsx';
import { Nothing } from '../ui/pieces.tsx';
import { useDuration } from '../ui/time.ts';
import { api } from './api.ts';
import { Fault, Pager, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { useNames } from './names.ts';
import { usePages } from './pages.ts';
import { usePlace, useTimes } from './place.ts';
import { hrefOf, type Route } from './route.ts';
import { useConsole } from './words.ts';

type Filter = 'unseen' | 'open' | 'all';
const RANK = { severe: 0, warning: 1, info: 2 } as const;

/** What needs somebody; asks again every 2 s. */
export default function Alerts(_: { readonly route: Route }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const [filter, setFilter] = useState<Filter>('open');
  const open = filter !== 'all';
  const pages = usePages(
    `alerts ${site} ${open}`,
    (cursor, signal) => api.alerts({ site, cursor, ...(open ? { open } : {}) }, signal),
    2_000,
  );
  const all = pages.data?.items ?? [];
  const shown = all
    .filter((a) => filter !== 'unseen' || a.acknowledgedBy === null)
    .sort((a, b) => rank(a) - rank(b) || b.since - a.since);

  return (
    <>
      <Heading title={t('alerts.title')} lead={t('alerts.lead')}>
        <Segmented<Filter>
          aria-label={t('alerts.filter')}
          value={filter}
          onChange={setFilter}
          options={(['unseen', 'open', 'all'] as const).map((f) => ({ value: f, label: t(`alerts.${f}`) }))}
        />
      </Heading>
      <Stale fault={pages.fault} at={pages.at} retry={() => void pages.reload()} />
      {!pages.data && !pages.fault && <Spin className="wait" size="large" />}
      {pages.data && shown.length === 0 && (
        <div className="card">
          {filter === 'unseen' && all.length > 0 ? (
            <Nothing title={t('alerts.emptyUnseen')}>
              <Button onClick={() => setFilter('open')}>{t('alerts.showOpen')}</Button>
            </Nothing>
          ) : (
            <Nothing title={t('alerts.empty')} help={t('alerts.emptyHelp')} />
          )}
        </div>
      )}
      {shown.length > 0 && (
        <ul className="alerts card" aria-label={t('alerts.title')}>
          {shown.map((a) => (
            <AlertRow key={a.id} alert={a} onDone={pages.reload} />
          ))}
        </ul>
      )}
      <Pager pages={pages} />
    </>
  );
}

/** What stands before what is over, the gravest first. */
function rank(a: AlertItem): number {
  return RANK[a.severity] + (a.state === 'cleared' ? 10 : 0);
}

function AlertRow({ alert: a, onDone }: { readonly alert: AlertItem; readonly onDone: () => Promise<void> }) {
  const t = useConsole();
  const code = useCodes();
  const times = useTimes();
  const duration = useDuration();
  const now = useNow();
  const act = useAct(async () => {
    await api.acknowledge(a.id);
    await onDone();
  });
  const names = useNames();
  const over = a.state === 'cleared';
  const details = useDetails(a);
  return (
    <li className={over ? 'alert alert-over' : 'alert'} data-alert={a.id} data-severity={a.severity}>
      <Mark {...(over ? { shape: 'check', tone: 'quiet' } : SEVERITY_MARK[a.severity])}>
        {code.code('severity', a.severity)}
      </Mark>
      <div className="alert-what">
        <strong>{t.code('alerts.kind', a.kind)}</strong>
        <ul className="facts">
          {a.bay && <li>{names.bay(a.bay)}</li>}
          {a.vin && (
            <li>
              <a className="id" href={hrefOf('vehicles', a.vin)}>
                {a.vin}
              </a>
            </li>
          )}
          {a.device && <li>{names.device(a.device)}</li>}
          {details.map((d) => (
            <li key={d}>{d}</li>
          ))}
        </ul>
      </div>
      <div className="alert-since num">
        {!over && <strong>{duration(now - a.since)}</strong>}
        <span className="quiet small">
          {over && a.clearedAt !== null
            ? t('alerts.cleared', { time: times.near(a.clearedAt, now) })
            : t('alerts.since', { time: times.near(a.since, now) })}
        </span>
      </div>
      <div className="alert-act">
        {a.acknowledgedBy === null && !over && (
          <Button onClick={() => void act.run()} loading={act.busy}>
            {t('alerts.acknowledge')}
          </Button>
        )}
        {a.acknowledgedBy !== null && a.acknowledgedAt !== null && (
          <span className="quiet small">
            {t('alerts.acknowledged', { name: a.acknowledgedBy, time: times.near(a.acknowledgedAt, now) })}
          </span>
        )}
      </div>
      {act.fault !== null && (
        <div className="alert-fault">
          <Fault fault={act.fault} />
        </div>
      )}
    </li>
  );
}

const DETAILS = [
  ...(['minutes', 'codes', 'flag', 'reason', 'order', 'claimed', 'expected', 'due', 'kind'] as const),
  ...(['waiting', 'idle', 'hold', 'groups', 'limit', 'gateway'] as const),
];
/** Details whose value is itself a code with words. */
const CODED = ['flag', 'reason', 'kind', 'hold', 'groups'];

/** The codes and numbers of an alert as short facts; what this page does not know is shown as it came. */
function useDetails(a: AlertItem): string[] {
  const t = useConsole();
  const code = useCodes();
  const times = useTimes();
  // Which rule spoke stands in the car's story, beside its evidence.
  const told = Object.entries(a.detail).filter(([key]) => key !== 'rule');
  return told.map(([key, raw]) => {
    const words = (Array.isArray(raw) ? raw : [raw]).map((one) =>
      CODED.includes(key) ? code.code(key, String(one)) : one,
    );
    const value = key === 'due' ? times.day(Number(raw)) : words.join(', ');
    const known = DETAILS.find((k) => k === key);
    return known ? t(`alerts.detail.${known}`, { value }) : t('alerts.detail.other', { key, value });
  });
}
