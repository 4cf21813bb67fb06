import type { SiteSummary } from '../../protocols/api/console.ts';
import { useLocale } from '../ui/i18n.ts';
import { useLive, useNow } from '../ui/live.ts';
import { Mark, type Shape, type Tone } from '../ui/mark.tsx';
import { numberText } from '../ui/number.ts';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { usePlace, useTimes } from './place.ts';
import type { Route } from './route.ts';
import { useConsole } from './words.ts';

type Gateway = SiteSummary['gateways'][number];
type Verdict = 'yes' | 'onTheWay' | 'silent' | 'never';
const MARK: Readonly<Record<Verdict, { readonly shape: Shape; readonly tone: Tone }>> = {
  yes: { shape: 'check', tone: 'working' },
  onTheWay: { shape: 'half', tone: 'accent' },
  silent: { shape: 'bars', tone: 'waiting' },
  never: { shape: 'ring', tone: 'quiet' },
};
/** A gateway says something every two seconds or so, and within a minute after a short trouble. */
const SILENT_MS = 90_000;

/** Whether the data of the site has come here, as far as the cloud can know it, in sentences. */
export default function Safe(_: { readonly route: Route }) {
  const t = useConsole();
  const { site } = usePlace();
  const now = useNow(5_000);
  const live = useLive('safe', (signal) => api.sites(signal), 5_000);
  const { gateways } = live.data?.items.find((s) => s.site === site.site) ?? site;
  return (
    <>
      <Heading title={t('safe.title')} lead={t('safe.lead')} />
      <Stale fault={live.fault} at={live.at} retry={() => void live.reload()} />
      {gateways.length === 0 && (
        <div className="card">
          <Nothing title={t('safe.none')} help={t('safe.noneHelp')} />
        </div>
      )}
      {gateways.map((g) => (
        <Told key={g.gateway} gateway={g} now={now} />
      ))}
      <p className="quiet small">{t('safe.onSite')}</p>
    </>
  );
}

function Told({ gateway: g, now }: { readonly gateway: Gateway; readonly now: number }) {
  const t = useConsole();
  const times = useTimes();
  const [locale] = useLocale();
  const verdict = verdictOf(g, now);
  const lines: string[] = [];
  if (g.lastSyncAt === null) lines.push(t('safe.neverText'));
  else {
    lines.push(t(verdict === 'silent' ? 'safe.silentText' : 'safe.heard', { time: times.near(g.lastSyncAt, now) }));
    lines.push(
      g.behind === 0 ? t('safe.whole') : t('safe.behind', { count: g.behind, n: numberText(g.behind, locale) }),
    );
    if (verdict === 'silent') lines.push(t('safe.kept'));
  }
  return (
    <section className="card" aria-label={g.gateway} data-verdict={verdict}>
      <div className="card-head">
        <h2>{g.gateway}</h2>
        <Mark {...MARK[verdict]}>{t(`safe.${verdict}`)}</Mark>
      </div>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}

function verdictOf({ lastSyncAt, behind }: Gateway, now: number): Verdict {
  if (lastSyncAt === null) return 'never';
  if (now - lastSyncAt > SILENT_MS) return 'silent';
  return behind > 0 ? 'onTheWay' : 'yes';
}
