import type { SiteStatus } from '../../protocols/api/site.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { Mark, type Shape, type Tone } from '../ui/mark.tsx';
import { bytesText, numberText } from '../ui/number.ts';
import { useDuration } from '../ui/time.ts';
import { usePlace, useTimes } from './place.ts';
import { useSite } from './words.ts';

type Verdict = 'yes' | 'onTheWay' | 'waits' | 'alone' | 'refused' | 'dropped' | 'twin';
const MARK: Readonly<Record<Verdict, { shape: Shape; tone: Tone }>> = {
  yes: { shape: 'check', tone: 'working' },
  onTheWay: { shape: 'half', tone: 'accent' },
  waits: { shape: 'bars', tone: 'waiting' },
  alone: { shape: 'square', tone: 'accent' },
  refused: { shape: 'octagon', tone: 'blocked' },
  dropped: { shape: 'octagon', tone: 'blocked' },
  twin: { shape: 'octagon', tone: 'blocked' },
};

/** Whether the workshop's data is safe, said in sentences that the numbers bear out. */
export function Safe() {
  const t = useSite();
  const { status } = usePlace();
  const verdict = verdictOf(status.outbox);
  return (
    <section className="card safe" aria-labelledby="safe" data-verdict={verdict}>
      <div className="card-head">
        <h2 id="safe">{t('safe.title')}</h2>
        <Mark {...MARK[verdict]}>{t(`safe.${verdict}`)}</Mark>
      </div>
      <div className="safe-words" role="status">
        <Sentences status={status} />
      </div>
      <Numbers status={status} />
      <Room store={status.store} />
    </section>
  );
}

function verdictOf(o: SiteStatus['outbox']): Verdict {
  if (o.dropped > 0) return 'dropped';
  if (o.cloud === 'none') return 'alone';
  if (o.cloud === 'twin') return 'twin';
  if (o.cloud === 'denied' || o.dead > 0) return 'refused';
  if (o.cloud === 'unreachable') return 'waits';
  return o.queued === 0 ? 'yes' : 'onTheWay';
}

function Sentences({ status: { outbox: o, store, clock } }: { readonly status: SiteStatus }) {
  const t = useSite();
  const code = useCodes();
  const times = useTimes();
  const duration = useDuration();
  const [locale] = useLocale();
  const counted = (n: number) => ({ count: n, n: numberText(n, locale) });
  // Not all of it: some was dropped, or refused.
  const isLess = o.dead + o.dropped > 0;
  const lines: string[] = [];
  if (o.cloud === 'none') lines.push(t('safe.none'));
  else if (o.acknowledged === 0 && o.queued > 0) lines.push(t('safe.nothingYet'));
  else if (o.queued === 0) lines.push(t(isLess ? 'safe.others' : 'safe.all'));
  else if (o.oldestAt !== null)
    lines.push(t(isLess ? 'safe.othersUpTo' : 'safe.upTo', { time: times.seconds(o.oldestAt) }));
  if (o.cloud !== 'none' && o.queued > 0)
    lines.push(t(o.cloud === 'reached' ? 'safe.moving' : 'safe.wait', counted(o.queued)));
  if (o.cloud === 'unreachable') lines.push(t('safe.unreachable'));
  if (o.cloud === 'unreachable' && o.dropped === 0) lines.push(t('safe.nothingLost'));
  if (o.cloud === 'denied') lines.push(t('safe.denied'));
  if (o.cloud === 'twin') lines.push(t('safe.twinText'));
  if (o.dropped > 0) {
    const why = o.droppedBy.every((d) => d.reason === 'budget') ? 'safe.droppedText' : 'safe.droppedOther';
    const each = o.droppedBy.map((d) =>
      t('safe.droppedClass', { class: code.code('class', d.class), n: numberText(d.count, locale) }),
    );
    lines.push([t(why, counted(o.dropped)), each.length > 0 ? `(${each.join(' · ')})` : ''].join(' ').trim());
  }
  if (o.dead > 0) lines.push(t('safe.refusedText', counted(o.dead)));
  if (clock.quality === 'off' && clock.offsetMs !== null)
    lines.push(
      t(clock.offsetMs > 0 ? 'safe.clockAhead' : 'safe.clockBehind', { duration: duration(Math.abs(clock.offsetMs)) }),
    );
  if (store.full) lines.push(t('safe.full'));
  return lines.map((line) => <p key={line}>{line}</p>);
}

function Numbers({ status: { outbox: o } }: { readonly status: SiteStatus }) {
  const t = useSite();
  const times = useTimes();
  const [locale] = useLocale();
  const reply =
    o.cloud === 'none' ? t('safe.noCloud') : o.lastReplyAt === null ? t('safe.never') : times.seconds(o.lastReplyAt);
  const numbers = [
    [t('safe.produced'), numberText(o.produced, locale)],
    [t('safe.acknowledged'), o.cloud === 'none' ? '—' : numberText(o.acknowledged, locale)],
    [t('safe.queued'), o.cloud === 'none' ? '—' : numberText(o.queued, locale)],
    [t('safe.lastReply'), reply],
  ] as const;
  return (
    <>
      <dl className="numbers num">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {o.lastError !== null && <p className="quiet small">{t('safe.cause', { message: o.lastError })}</p>}
    </>
  );
}

function Room({ store }: { readonly store: SiteStatus['store'] }) {
  const t = useSite();
  const [locale] = useLocale();
  const used = bytesText(store.bytes, locale);
  const budget = bytesText(store.budgetBytes, locale);
  return (
    <div className="room small">
      <div className="room-head">
        <span>{t('safe.store')}</span>
        <span className="num">{t('safe.storeText', { used, budget })}</span>
      </div>
      <meter
        aria-label={t('safe.store')}
        min={0}
        max={store.budgetBytes}
        high={store.budgetBytes * 0.9}
        value={store.bytes}
      />
      <span className="quiet">
        {store.commitP95Ms === null
          ? t('safe.commitUnknown')
          : t('safe.commit', { ms: numberText(store.commitP95Ms, locale, 1) })}
      </span>
    </div>
  );
}
