import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Spin } from 'antd';
import { useState } from 'react';
import type { OrderItem } from '../../protocols/api/console.ts';
import { useCodes } from '../ui/i18n.ts';
import { useNow } from '../ui/live.ts';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Pager, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { useNames } from './names.ts';
import { OrderActs } from './order-acts.tsx';
import { Hold, OrderCar, OrderCard, Promised } from './order-card.tsx';
import { CreateOrder } from './order-form.tsx';
import { usePages } from './pages.ts';
import { usePlace } from './place.ts';
import type { Route } from './route.ts';
import { type Column, Rows } from './table.tsx';
import { useConsole } from './words.ts';

/** The columns of the board: what is over stands in the table alone. */
const COLUMNS = ['expected', 'checked-in', 'approved', 'in-progress', 'quality-check', 'ready'] as const;

export default function Orders(_: { readonly route: Route }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const [view, setView] = useState<'board' | 'table'>('board');
  const [shown, setShown] = useState<'open' | 'all'>('open');
  const [creating, setCreating] = useState(false);
  const open = view === 'board' || shown === 'open';
  const pages = usePages(
    `orders ${site} ${open}`,
    (cursor, signal) => api.orders({ site, cursor, ...(open ? { open } : {}) }, signal),
    5_000,
  );
  const orders = pages.data?.items ?? [];
  const changed = pages.reload;
  return (
    <>
      <Heading title={t('orders.title')} lead={t('orders.lead')}>
        {view === 'table' && (
          <Segmented
            aria-label={t('orders.shown')}
            value={shown}
            onChange={setShown}
            options={(['open', 'all'] as const).map((s) => ({ value: s, label: t(`orders.${s}`) }))}
          />
        )}
        <Segmented
          aria-label={t('orders.view')}
          value={view}
          onChange={setView}
          options={(['board', 'table'] as const).map((v) => ({ value: v, label: t(`orders.${v}`) }))}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
          {t('orders.create')}
        </Button>
      </Heading>
      <Stale fault={pages.fault} at={pages.at} retry={() => void pages.reload()} />
      {!pages.data && !pages.fault && <Spin className="wait" size="large" />}
      {pages.data && orders.length === 0 && (
        <div className="card">
          <Nothing title={t('orders.empty')} help={t('orders.emptyHelp')} />
        </div>
      )}
      {orders.length > 0 && view === 'board' && <Board orders={orders} onChanged={changed} />}
      {orders.length > 0 && view === 'table' && <OrderTable orders={orders} onChanged={changed} />}
      <Pager pages={pages} />
      <CreateOrder open={creating} onClose={() => setCreating(false)} onDone={changed} />
    </>
  );
}

interface Listing {
  readonly orders: readonly OrderItem[];
  readonly onChanged: () => Promise<void>;
}

function Board({ orders, onChanged }: Listing) {
  const t = useConsole();
  const code = useCodes();
  return (
    <div className="board">
      {COLUMNS.map((state) => {
        const list = orders.filter((o) => o.state === state);
        return (
          <section key={state} className="board-column" aria-label={code(`order.${state}`)} data-state={state}>
            <h2>
              {code(`order.${state}`)} <span className="quiet">{list.length}</span>
            </h2>
            {list.length === 0 && <p className="quiet small">{t('orders.columnEmpty')}</p>}
            {list.map((o) => (
              <OrderCard key={o.order} order={o} onChanged={onChanged} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function OrderTable({ orders, onChanged }: Listing) {
  const t = useConsole();
  const code = useCodes();
  const now = useNow(15_000);
  const names = useNames();
  const columns: Column<OrderItem>[] = [
    { key: 'order', title: t('orders.order'), cell: (o) => <strong>{o.order}</strong> },
    { key: 'car', title: t('orders.car'), cell: (o) => <OrderCar order={o} /> },
    { key: 'job', title: t('orders.job'), says: (o) => o.job !== null, cell: (o) => o.job ?? '—' },
    { key: 'bay', title: t('orders.bay'), says: (o) => o.bay !== null, cell: (o) => (o.bay ? names.bay(o.bay) : '—') },
    { key: 'state', title: t('orders.state'), cell: (o) => code(`order.${o.state}`) },
    {
      key: 'hold',
      title: t('orders.hold'),
      says: (o) => o.hold !== null,
      cell: (o) => (o.hold ? <Hold reason={o.hold} /> : '—'),
    },
    { key: 'promised', title: t('orders.promised'), cell: (o) => <Promised order={o} now={now} /> },
    {
      key: 'acts',
      title: t('orders.edit'),
      says: (o) => o.state !== 'closed' && o.state !== 'cancelled',
      align: 'end',
      cell: (o) => <OrderActs order={o} onChanged={onChanged} />,
    },
  ];
  return <Rows label={t('orders.title')} rows={orders} id={(o) => o.order} columns={columns} />;
}
