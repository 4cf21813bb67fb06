import type { SiteSummary } from '../../protocols/api/console.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { useLive, useNow } from '../ui/live.ts';
import { Mark, type Shape, type Tone } from '../ui/mark.tsx';
import { numberText } from '../ui/number.ts';
import { Nothing } from '../ui/pieces.tsx';
import { useDuration, useFineDuration } from '../ui/time.ts';
import { api } from './api.ts';
import { Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { usePlace, useTimes } from './place.ts';
import type { Route } from './route.ts';
import { useConsole } from './words.ts';

type Gateway = SiteSummary['gateways'][number];
type Verdict = 'yes' | 'onTheWay' | 'silent' | 'never' | 'twin' | 'lost' | 'refused';
const MARK: Readonly<Record<Verdict, { readonly shape: Shape; readonly tone: Tone }>> = {
  yes: { shape: 'check', tone: 'working' },
  onTheWay: { shape: 'half', tone: 'accent' },
  silent: { shape: 'bars', tone: 'waiting' },
  never: { shape: 'ring', tone: 'quiet' },
  twin: { shape: 'octagon', tone: 'blocked' },
  lost: { shape: 'octagon', tone: 'blocked' },
  refused: { shape: 'triangle', tone: 'waiting' },
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
  const code = useCodes();
  const duration = useDuration();
  const fine = useFineDuration();
  const [locale] = useLocale();
  const verdict = verdictOf(g, now);
  const { numbers: n } = g;
  const counted = (count: number) => ({ count, n: numberText(count, locale) });
  const lost = n.lost.reduce((sum, l) => sum + l.count, 0);
  const troubles: string[] = [];
  const lines: string[] = [];
  if (n.twin && n.twinAt !== null) troubles.push(t('safe.twinText', { time: times.near(n.twinAt, now) }));
  if (lost > 0) {
    const parts = n.lost.map((l) =>
      t('safe.part', { class: code.code('class', l.class), n: numberText(l.count, locale) }),
    );
    const time = times.near(Math.max(...n.lost.map((l) => l.lastAt)), now);
    troubles.push(t('safe.lostText', { ...counted(lost), time, parts: parts.join(' · ') }));
  }
  if (n.dead > 0) troubles.push(t('safe.deadText', counted(n.dead)));
  if (g.lastSyncAt === null) lines.push(t('safe.neverText'));
  else {
    lines.push(t(isSilent(g, now) ? 'safe.silentText' : 'safe.heard', { time: times.near(g.lastSyncAt, now) }));
    lines.push(
      g.behind === 0 ? t('safe.whole') : t('safe.behind', { count: g.behind, n: numberText(g.behind, locale) }),
    );
    if (n.queued !== null && n.queued > 0 && n.oldestMs !== null)
      lines.push(t('safe.waiting', { ...counted(n.queued), duration: duration(n.oldestMs) }));
    if (n.delayMs !== null) lines.push(t('safe.delay', { duration: fine(n.delayMs) }));
    if (n.skewed && n.skewMs !== null)
      troubles.push(t(n.skewMs > 0 ? 'safe.fast' : 'safe.slow', { duration: duration(Math.abs(n.skewMs)) }));
    if (isSilent(g, now)) lines.push(t('safe.kept'));
  }
  return (
    <section className="card" aria-label={g.gateway} data-verdict={verdict}>
      <div className="card-head">
        <h2>{g.gateway}</h2>
        <Mark {...MARK[verdict]}>{t(`safe.${verdict}`)}</Mark>
      </div>
      {troubles.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {lines.map((line) => (
        <p key={line} {...(troubles.length > 0 ? { className: 'quiet' } : {})}>
          {line}
        </p>
      ))}
    </section>
  );
}

const isSilent = ({ lastSyncAt }: Gateway, now: number) => lastSyncAt !== null && now - lastSyncAt > SILENT_MS;

function verdictOf(g: Gateway, now: number): Verdict {
  const { lastSyncAt, behind, numbers: n } = g;
  if (n.twin) return 'twin';
  if (lastSyncAt === null) return 'never';
  if (isSilent(g, now)) return 'silent';
  if (n.lost.length > 0) return 'lost';
  if (n.dead > 0) return 'refused';
  return behind > 0 || (n.queued ?? 0) > 0 ? 'onTheWay' : 'yes';
}
