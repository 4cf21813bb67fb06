import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Spin } from 'antd';
import { lazy, useDeferredValue, useState } from 'react';
import type { VehicleSummary } from '../../protocols/api/console.ts';
import { flagMark } from '../ui/flag-mark.ts';
import { useCodes } from '../ui/i18n.ts';
import { useNow } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Pager, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { useNames } from './names.ts';
import { usePages } from './pages.ts';
import { usePlace, useTimes } from './place.ts';
import { go, hrefOf, type Route } from './route.ts';
import { SEARCH } from './scanned.ts';
import { type Column, Rows } from './table.tsx';
import { useConsole } from './words.ts';

const Story = lazy(() => import('./story/story.tsx'));

/** Every car of the site, or one car's story when the address names its VIN. */
export default function Vehicles({ route }: { readonly route: Route }) {
  const [vin, sought = ''] = route;
  return vin && vin !== SEARCH ? <Story key={vin} vin={vin} /> : <VehicleList key={sought} sought={sought} />;
}

function VehicleList({ sought }: { readonly sought: string }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const [typed, setTyped] = useState(sought);
  const q = useDeferredValue(typed.trim());
  const pages = usePages(
    `vehicles ${site} ${q}`,
    (cursor, signal) => api.vehicles({ site, q, cursor }, signal),
    10_000,
  );
  const columns = useColumns();
  const rows = pages.data?.items ?? [];
  return (
    <>
      <Heading title={t('vehicles.title')} lead={t('vehicles.lead')}>
        <Input
          className="search"
          type="search"
          allowClear
          prefix={<SearchOutlined />}
          aria-label={t('vehicles.searchLabel')}
          placeholder={t('vehicles.search')}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
      </Heading>
      <Stale fault={pages.fault} at={pages.at} retry={() => void pages.reload()} />
      {!pages.data && !pages.fault && <Spin className="wait" size="large" />}
      {pages.data && rows.length === 0 && (
        <div className="card">
          {q === '' ? (
            <Nothing title={t('vehicles.none')} help={t('vehicles.noneHelp')} />
          ) : (
            <Nothing title={t('vehicles.noMatch', { q })}>
              <Button onClick={() => setTyped('')}>{t('vehicles.clear')}</Button>
            </Nothing>
          )}
        </div>
      )}
      {rows.length > 0 && (
        <Rows
          label={t('vehicles.title')}
          rows={rows}
          id={(v) => v.vin}
          columns={columns}
          open={(v) => go('vehicles', v.vin)}
        />
      )}
      <Pager pages={pages} />
    </>
  );
}

function useColumns(): Column<VehicleSummary>[] {
  const names = useNames();
  const t = useConsole();
  const code = useCodes();
  const times = useTimes();
  const now = useNow(30_000);
  return [
    {
      key: 'car',
      title: t('vehicles.car'),
      cell: (v) => (
        <a className="car" href={hrefOf('vehicles', v.vin)}>
          <strong>{carName(v) ?? t('common.unknown')}</strong>
        </a>
      ),
    },
    {
      key: 'plate',
      title: t('vehicles.plate'),
      says: (v) => v.plate !== null,
      cell: (v) => v.plate ?? <Unknown word={t('common.unknown')} />,
    },
    { key: 'vin', title: t('vehicles.vin'), cell: (v) => <span className="id">{v.vin}</span> },
    {
      key: 'bay',
      title: t('vehicles.bay'),
      says: (v) => v.bay !== null,
      cell: (v) => (v.bay ? names.bay(v.bay) : '—'),
    },
    {
      key: 'flags',
      title: t('vehicles.flags'),
      says: (v) => v.flags.some(speaks),
      cell: (v) => {
        const shown = v.flags.filter(speaks);
        if (shown.length === 0) return <span className="quiet">—</span>;
        return (
          <span className="marks">
            {shown.map((f) => (
              <Mark key={f.flag} {...flagMark(f.state, f.severity)}>
                {code.code('flag', f.flag)}
              </Mark>
            ))}
          </span>
        );
      },
    },
    {
      key: 'alerts',
      title: t('vehicles.alerts'),
      says: (v) => v.openAlerts > 0,
      align: 'end',
      cell: (v) => (v.openAlerts === 0 ? <span className="quiet">0</span> : <strong>{v.openAlerts}</strong>),
    },
    {
      key: 'seen',
      title: t('vehicles.seen'),
      align: 'end',
      cell: (v) => (v.lastSeenAt === null ? <Unknown word={t('common.unknown')} /> : times.near(v.lastSeenAt, now)),
    },
  ];
}

function speaks(f: VehicleSummary['flags'][number]): boolean {
  return f.state === 'watch' || f.state === 'raised';
}

/** `Dongfeng Honda CR-V`; null when neither maker nor model is known. */
export function carName(v: Pick<VehicleSummary, 'maker' | 'model'>): string | null {
  const parts = [v.maker, v.model].filter((p) => p !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

/** A dash to the eye, the word to a screen reader. */
export function Unknown({ word }: { readonly word: string }) {
  return (
    <span className="quiet">
      <span aria-hidden="true">—</span>
      <span className="said">{word}</span>
    </span>
  );
}
