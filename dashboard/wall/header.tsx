import type { BayTile } from '../../protocols/board.ts';
import { useBoard } from '../ui/board.ts';
import { behindMs, freshnessOf, serverNow } from '../ui/freshness.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { Shape } from '../ui/shape.tsx';
import { clockText, dateText, secondsText, useDuration } from '../ui/time.ts';
import { type Day, dayOf } from './day.ts';
import type { Turning } from './wall.tsx';
import { useWallWords } from './words.ts';

/**
 * The first of these stand always, at the right; what does not fit in a far-sighted header is left out from the left.
 * So the order here is that of importance.
 */
export function Header({ turning }: { turning: Turning }) {
  const known = useBoard((board) => board.view.site !== null);
  return (
    <header>
      <Clock />
      <Source />
      {turning.pages > 1 && (
        <p className="page">
          {turning.page + 1}/{turning.pages}
        </p>
      )}
      {known && <Figures />}
      <Site />
    </header>
  );
}

function Site() {
  const t = useWallWords();
  const [locale] = useLocale();
  const name = useBoard((board) => board.view.site?.name ?? null);
  const date = useBoard((board, now) => {
    const server = serverNow(board, now);
    return server === null || !board.view.site ? '' : dateText(server, board.view.site.timezone, locale);
  });
  return (
    <div className="site">
      <h1>{name ?? t('title')}</h1>
      <p className="quiet">{date}</p>
    </div>
  );
}

/** The store's time, from the server: the clock of a screen is not to be trusted. */
function Clock() {
  const text = useBoard((board, now) => {
    const server = serverNow(board, now);
    return server === null || !board.view.site ? '--:--' : secondsText(server, board.view.site.timezone);
  });
  return (
    <time className="clock">
      {text.slice(0, 5)}
      <small>{text.slice(5)}</small>
    </time>
  );
}

/** Which server feeds this page, and whether it can be believed. */
function Source() {
  const t = useWallWords();
  const code = useCodes();
  const duration = useDuration();
  const link = useBoard((board) => board.link);
  const from = useBoard((board) => board.from);
  const cloudAway = useBoard((board) => board.heartbeat?.cloudReached === false);
  const behind = useBoard((board) => (behindMs(board) > 0 ? duration(behindMs(board)) : ''));
  const stale = useBoard(
    (board, now) =>
      Object.values<BayTile>(board.view.bays).filter((tile) => freshnessOf(tile, board, now) === 'stale').length,
  );
  const level = link !== 'live' ? 'no-link' : stale > 0 ? 'stale' : 'live';
  const word =
    behind !== ''
      ? t('behind', { duration: behind })
      : level === 'stale'
        ? t('staleBays', { count: stale })
        : t(`freshness.${level}`);
  return (
    <div className="source" data-level={level} role="status">
      <p>
        <Shape name={level} />
        {link === 'connecting' ? t('connecting') : [from && code(`link.${from}`), word].filter(Boolean).join(' · ')}
      </p>
      {cloudAway && link === 'live' && <p className="quiet">{t('cloudAway')}</p>}
    </div>
  );
}

/** Below this coverage the figures are rough, and say so. */
const WELL_KNOWN = 0.95;
const SHARES = ['working', 'waiting', 'blocked', 'idle', 'empty', 'unknown'] as const;

/** Both figures of the day, labelled for what they are, over the strip of where the open hours went. */
function Figures() {
  const t = useWallWords();
  const bays = useBoard((board) => board.view.bays);
  const day = dayOf(Object.values<BayTile>(bays));
  const roughly = day !== null && day.coverage < WELL_KNOWN;
  const known = day === null ? '–' : `${Math.floor(day.coverage * 100)}%`;
  return (
    <section className="figures" aria-label={t('ofOpen', { known })} title={t('ofOpen', { known })}>
      <Figure label={t('occupied')} share={day?.occupied ?? null} roughly={roughly} />
      <Figure label={t('productive')} share={day?.productive ?? null} roughly={roughly} />
      {day && <Strip day={day} />}
    </section>
  );
}

function Figure({ label, share, roughly }: { label: string; share: number | null; roughly: boolean }) {
  return (
    <p className="figure">
      <span>{label}</span>
      <b>{share === null ? '–' : `${roughly ? '≈' : ''}${Math.round(share * 100)}%`}</b>
    </p>
  );
}

function Strip({ day }: { day: Day }) {
  return (
    <div className="strip" aria-hidden="true">
      {SHARES.map((share) => (
        <i key={share} data-share={share} style={{ flexGrow: day.shares[share] }} />
      ))}
    </div>
  );
}

/** Says it in words, across the page, as long as the line is cut. */
export function LinkBanner() {
  const t = useWallWords();
  const lost = useBoard((board) => board.link === 'lost');
  const asOf = useBoard((board) =>
    board.asOf === null ? '' : clockText(board.asOf, board.view.site?.timezone ?? 'UTC'),
  );
  return (
    <div role="alert">
      {lost && (
        <p className="banner">
          <Shape name="no-link" />
          {t('linkLost')}
          {asOf !== '' && <time>{t('asOf', { time: asOf })}</time>}
        </p>
      )}
    </div>
  );
}
