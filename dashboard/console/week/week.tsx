import { Segmented } from 'antd';
import { useState } from 'react';
import { useLive } from '../../ui/live.ts';
import { api } from '../api.ts';
import { useFlags } from '../flag-words.ts';
import { Heading } from '../heading.tsx';
import { usePlace, useTimes } from '../place.ts';
import type { Route } from '../route.ts';
import { Calls } from './calls.tsx';
import { Outcomes } from './outcomes.tsx';
import { Parts } from './parts.tsx';

const VIEWS = ['calls', 'parts', 'outcomes'] as const;
type View = (typeof VIEWS)[number];

/** Whom to call this week and why, what will be needed, and how right it all was. */
export default function Week(_: { readonly route: Route }) {
  const t = useFlags();
  const times = useTimes();
  const { site } = usePlace().site;
  const [view, setView] = useState<View>('calls');
  const week = useLive(`week ${site}`, (signal) => api.week(site, signal), 10_000);
  const lead = week.data
    ? t('week.lead', { from: times.day(week.data.from), to: times.day(week.data.to - 1) })
    : undefined;
  return (
    <>
      <Heading title={t('week.title')} {...(lead ? { lead } : {})}>
        <Segmented<View>
          aria-label={t('week.view')}
          value={view}
          onChange={setView}
          options={VIEWS.map((v) => ({ value: v, label: t(`week.${v}`) }))}
        />
      </Heading>
      {view === 'calls' && <Calls week={week} />}
      {view === 'parts' && <Parts />}
      {view === 'outcomes' && <Outcomes />}
    </>
  );
}
