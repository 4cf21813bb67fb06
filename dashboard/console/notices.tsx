import { Button, Segmented, Spin } from 'antd';
import { useState } from 'react';
import type { NoticeItem } from '../../protocols/api/console.ts';
import { useLive } from '../ui/live.ts';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Pager, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { Mailbox } from './mailbox.tsx';
import { NoticeCard } from './notice-card.tsx';
import { usePages } from './pages.ts';
import { usePlace } from './place.ts';
import type { Route } from './route.ts';
import { useConsole } from './words.ts';

type Filter = NoticeItem['state'] | 'all' | 'mailbox';
const FILTERS = ['all', 'proposed', 'blocked', 'approved', 'sent'] as const;

/** Messages to customers: proposed by a rule, approved by a person. */
export default function Notices(_: { readonly route: Route }) {
  const t = useConsole();
  const [filter, setFilter] = useState<Filter>('all');
  // Null: mail goes to a real server, and there is no mailbox to look into.
  const mailbox = useLive('mailbox', (signal) => api.mailbox(signal), filter === 'mailbox' ? 3_000 : 60_000);
  const options: { value: Filter; label: string }[] = FILTERS.map((f) => ({
    value: f,
    label: f === 'all' ? t('notices.all') : t(`notices.state.${f}`),
  }));
  if (mailbox.data) options.push({ value: 'mailbox', label: t('notices.mailbox') });
  return (
    <>
      <Heading title={t('notices.title')} lead={t('notices.lead')}>
        <div className="scroll-x">
          <Segmented<Filter> aria-label={t('notices.filter')} value={filter} onChange={setFilter} options={options} />
        </div>
      </Heading>
      {filter === 'mailbox' ? <Mailbox box={mailbox} /> : <List filter={filter} onAll={() => setFilter('all')} />}
    </>
  );
}

function List({ filter, onAll }: { readonly filter: NoticeItem['state'] | 'all'; readonly onAll: () => void }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const state = filter === 'all' ? null : filter;
  const pages = usePages(
    `notices ${site} ${state}`,
    (cursor, signal) => api.notices({ site, cursor, state }, signal),
    5_000,
  );
  const notices = pages.data?.items ?? [];
  return (
    <>
      <Stale fault={pages.fault} at={pages.at} retry={() => void pages.reload()} />
      {!pages.data && !pages.fault && <Spin className="wait" size="large" />}
      {pages.data && notices.length === 0 && (
        <div className="card">
          {state === null ? (
            <Nothing title={t('notices.empty')} help={t('notices.emptyHelp')} />
          ) : (
            <Nothing title={t('notices.emptyState')}>
              <Button onClick={onAll}>{t('notices.all')}</Button>
            </Nothing>
          )}
        </div>
      )}
      <div className="notices">
        {notices.map((n) => (
          <NoticeCard key={n.id} notice={n} onDone={pages.reload} />
        ))}
      </div>
      <Pager pages={pages} />
    </>
  );
}
