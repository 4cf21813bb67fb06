import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, Spin } from 'antd';
import { useDeferredValue, useState } from 'react';
import type { CustomerItem } from '../../protocols/api/console.ts';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Consent } from './consent.tsx';
import { CreateCustomer } from './customer-form.tsx';
import { Pager, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { usePages } from './pages.ts';
import { usePlace } from './place.ts';
import { hrefOf, type Route } from './route.ts';
import { type Column, Rows } from './table.tsx';
import { Unknown } from './vehicles.tsx';
import { useConsole } from './words.ts';

export default function Customers(_: { readonly route: Route }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const [typed, setTyped] = useState('');
  const [creating, setCreating] = useState(false);
  const q = useDeferredValue(typed.trim());
  const pages = usePages(
    `customers ${site} ${q}`,
    (cursor, signal) => api.customers({ site, q, cursor }, signal),
    15_000,
  );
  const rows = pages.data?.items ?? [];
  const unknown = <Unknown word={t('common.unknown')} />;
  const columns: Column<CustomerItem>[] = [
    { key: 'name', title: t('customers.name'), cell: (c) => <strong>{c.name}</strong> },
    { key: 'email', title: t('customers.email'), cell: (c) => c.email ?? unknown },
    { key: 'phone', title: t('customers.phone'), cell: (c) => c.phone ?? unknown },
    {
      key: 'vins',
      title: t('customers.vins'),
      cell: (c) => (
        <span className="lines">
          {c.vins.length === 0 && <span className="quiet">{t('customers.noCars')}</span>}
          {c.vins.map((v) => (
            <a key={v} className="id" href={hrefOf('vehicles', v)}>
              {v}
            </a>
          ))}
        </span>
      ),
    },
    {
      key: 'consent',
      title: t('customers.consent'),
      cell: (c) => <Consent customer={c} onDone={pages.reload} />,
    },
  ];
  return (
    <>
      <Heading title={t('customers.title')} lead={t('customers.lead')}>
        <Input
          className="search"
          type="search"
          allowClear
          prefix={<SearchOutlined />}
          aria-label={t('customers.searchLabel')}
          placeholder={t('customers.search')}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
          {t('customers.create')}
        </Button>
      </Heading>
      <Stale fault={pages.fault} at={pages.at} retry={() => void pages.reload()} />
      {!pages.data && !pages.fault && <Spin className="wait" size="large" />}
      {pages.data && rows.length === 0 && (
        <div className="card">
          {q === '' ? (
            <Nothing title={t('customers.empty')} help={t('customers.emptyHelp')} />
          ) : (
            <Nothing title={t('customers.noMatch', { q })}>
              <Button onClick={() => setTyped('')}>{t('vehicles.clear')}</Button>
            </Nothing>
          )}
        </div>
      )}
      {rows.length > 0 && <Rows label={t('customers.title')} rows={rows} id={(c) => c.id} columns={columns} />}
      <Pager pages={pages} />
      <CreateCustomer open={creating} onClose={() => setCreating(false)} onDone={pages.reload} />
    </>
  );
}
