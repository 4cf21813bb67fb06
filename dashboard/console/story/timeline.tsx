import { Button } from 'antd';
import { useState } from 'react';
import type { VehicleStory } from '../../../protocols/api/console.ts';
import { useCodes } from '../../ui/i18n.ts';
import { useDuration } from '../../ui/time.ts';
import { useNames } from '../names.ts';
import { useTimes } from '../place.ts';
import { useConsole } from '../words.ts';

interface Entry {
  readonly key: string;
  readonly at: number;
  readonly kind: 'visit' | 'scan' | 'codes' | 'order' | 'notice';
  readonly title: string;
  readonly facts: readonly string[];
}
const FIRST = 12;

/** What happened to the car, newest first, by day. */
export function Timeline({ story }: { readonly story: VehicleStory }) {
  const t = useConsole();
  const times = useTimes();
  const entries = useEntries(story);
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, FIRST);
  const days = Map.groupBy(shown, (e) => times.day(e.at));
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('story.timeline')}</h2>
      </div>
      {entries.length === 0 && <p className="quiet">{t('story.noEvents')}</p>}
      {[...days].map(([day, list]) => (
        <div key={day} className="day">
          <h3>{day}</h3>
          <ol>
            {list.map((e) => (
              <li key={e.key} data-kind={e.kind}>
                <time dateTime={new Date(e.at).toISOString()}>{times.clock(e.at)}</time>
                <div>
                  <strong>{e.title}</strong>
                  {e.facts.length > 0 && (
                    <ul className="facts">
                      {e.facts.map((f) => (
                        <li key={f}>{f}</li>
                      ))}
                    </ul>
                  )}
                </div>
              </li>
            ))}
          </ol>
        </div>
      ))}
      {!all && entries.length > FIRST && <Button onClick={() => setAll(true)}>{t('story.more')}</Button>}
    </section>
  );
}

function useEntries(story: VehicleStory): Entry[] {
  const t = useConsole();
  const code = useCodes();
  const duration = useDuration();
  const names = useNames();
  const lamp = (on: boolean | null) => t(on === null ? 'story.lampUnknown' : on ? 'story.lampOn' : 'story.lampOff');
  const entries: Entry[] = [
    ...story.visits.map((v) => ({
      key: `visit ${v.visit}`,
      at: v.start,
      kind: 'visit' as const,
      title: t('story.visit', { bay: names.bay(v.bay) }),
      facts: [
        v.end === null ? t('story.visitOpen') : t('story.visitFor', { duration: duration(v.end - v.start) }),
        ...(v.order ? [t('story.order', { order: v.order })] : []),
      ],
    })),
    ...story.scans.map((s, i) => ({
      key: `scan ${s.at} ${i}`,
      at: s.at,
      kind: 'scan' as const,
      title: t('story.scan', { kind: t.code('story.scanKind', s.kind) }),
      facts: [
        ...(s.kind === 'vin' ? [t.code('story.checkDigit', s.checkDigit)] : [s.text]),
        t('story.scanBy', { device: names.device(s.device) }),
        ...(s.bay ? [names.bay(s.bay)] : []),
      ],
    })),
    ...story.codes.map((c, i) => ({
      key: `codes ${c.at} ${i}`,
      at: c.at,
      kind: 'codes' as const,
      title: t('story.codes', { status: t(`story.status.${c.status}`) }),
      facts: [c.codes.length === 0 ? t('story.noCodes') : c.codes.join(', '), lamp(c.lamp)],
    })),
    ...story.orders.map((o) => ({
      key: `order ${o.order}`,
      at: o.createdAt,
      kind: 'order' as const,
      title: t('story.order', { order: o.order }),
      facts: [code.code('order', o.state), ...(o.job ? [o.job] : [])],
    })),
    ...story.notices.map((n) => ({
      key: `notice ${n.id}`,
      at: n.createdAt,
      kind: 'notice' as const,
      title: t('story.notice', { subject: n.subject }),
      facts: [t(`notices.state.${n.state}`)],
    })),
  ];
  return entries.sort((a, b) => b.at - a.at);
}
