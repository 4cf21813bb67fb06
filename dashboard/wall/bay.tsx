import { memo } from 'react';
import type { BayTile } from '../../protocols/board.ts';
import { useBoard } from '../ui/board.ts';
import { freshnessOf, oldestAge, serverNow } from '../ui/freshness.ts';
import { useCodes } from '../ui/i18n.ts';
import { Shape } from '../ui/shape.tsx';
import { clockText, stopwatchText, useDuration } from '../ui/time.ts';
import type { Fit } from './fit.ts';
import { byGravity, lookOf, promiseOf, sinceOf, WORD_OF } from './look.ts';
import { useWallWords } from './words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface BayProps {
  bay: string;
  /** By its name; else by the id that is printed on the bay. */
  named: boolean;
  lines: number;
  style: Fit['style'];
}

/** One bay: which one, which car, what state, since when, promised when, what is wrong. */
export const Bay = memo(function Bay({ bay, named, lines, style }: BayProps) {
  const tile = useBoard((board) => board.view.bays[bay]);
  const freshness = useBoard((board, now) => (tile ? freshnessOf(tile, board, now) : 'no-link'));
  const late = useBoard((board, now) => tile !== undefined && promiseOf(tile, serverNow(board, now)) === 'late');
  if (!tile) return null;
  const Lines = style === 'far' ? FarLines : NearLines;
  return (
    <li className="bay" data-bay={bay} data-look={lookOf(tile)} data-freshness={freshness} data-late={late}>
      <div className="bay-top">
        <h2 title={tile.name}>{named ? tile.name : tile.bay}</h2>
        <Car tile={tile} />
      </div>
      <Band tile={tile} />
      <Lines tile={tile} lines={lines} fresh={freshness === 'live'} named={named} />
    </li>
  );
});

function Car({ tile: { vehicle, occupancy } }: { tile: BayTile }) {
  const t = useWallWords();
  if (occupancy === 'empty' || occupancy === 'unknown') return null;
  const tail = vehicle?.plateTail ?? vehicle?.vinTail ?? null;
  if (tail === null) {
    return (
      <span className="plate" data-known="false">
        <span aria-hidden="true">?</span>
        <span className="said">{t('notIdentified')}</span>
      </span>
    );
  }
  return (
    <span className="plate" data-known={!vehicle?.conflict} translate="no">
      {tail}
    </span>
  );
}

/** The state as shape, word and colour; where it is old, the word for that. */
function Band({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const code = useCodes();
  const freshness = useBoard((board, now) => freshnessOf(tile, board, now));
  const look = lookOf(tile);
  // A bay that was never known has nothing to be old.
  const told = freshness === 'live' || look === 'unknown';
  return (
    <p className="band">
      <Shape name={told ? look : freshness} />
      <b>{told ? code(WORD_OF[look]) : t(`freshness.${freshness}`)}</b>
      {tile.raised === true && (
        <span className="raised">
          <Shape name="raised" />
          <span className="said">{t('raised')}</span>
        </span>
      )}
    </p>
  );
}

/** What an old tile showed while it was fresh; of a fresh one, what the work waits for. */
function Reason({ tile, fresh }: { tile: BayTile; fresh: boolean }) {
  const t = useWallWords();
  const code = useCodes();
  const look = lookOf(tile);
  if (!fresh) return look === 'unknown' ? null : <em>{t('lastState', { state: code(WORD_OF[look]) })}</em>;
  return tile.occupancy === 'occupied' && tile.work.reason !== null ? (
    <em>{code(`hold.${tile.work.reason}`)}</em>
  ) : null;
}

interface LinesProps {
  tile: BayTile;
  lines: number;
  fresh: boolean;
  named: boolean;
}

/** Times have their fixed places; below them, what is wrong, and last what is merely good to know. */
function NearLines({ tile, lines, fresh, named }: LinesProps) {
  const model = tile.occupancy === 'empty' ? null : tile.vehicle?.model;
  const details = [named ? null : tile.name, model].filter((word) => word != null && word !== tile.bay);
  return (
    <div className="bay-small">
      <p>
        {fresh ? <Since tile={tile} /> : <Age tile={tile} />}
        <Promised tile={tile} />
      </p>
      <div className="wrapping" style={{ height: `${(lines - 1) * 1.4}em` }}>
        <Reason tile={tile} fresh={fresh} />
        <BayAlerts bay={tile.bay} />
        <span className="details quiet">{details.join(' · ')}</span>
      </div>
    </div>
  );
}

/** What matters most first, in as many lines as there are. */
function FarLines({ tile, lines, fresh }: LinesProps) {
  return (
    <div className="bay-small wrapping" style={{ height: `${lines * 1.3}em` }}>
      <Reason tile={tile} fresh={fresh} />
      {fresh ? <Since tile={tile} /> : <Age tile={tile} />}
      <Promised tile={tile} />
      <BayAlerts bay={tile.bay} />
    </div>
  );
}

/** How long the state lasts, to the second in the first hour; the time of day it began at, while no server says what time it is. */
function Since({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const duration = useDuration();
  const since = sinceOf(tile);
  const text = useBoard((board, now) => {
    if (since === null) return '';
    const server = serverNow(board, now);
    if (server === null) return t('since', { time: clockText(since, zoneOf(board)) });
    const ms = Math.max(0, server - since);
    return ms >= MINUTE_MS && ms < HOUR_MS ? t('elapsed', { time: stopwatchText(ms) }) : duration(ms);
  });
  return text === '' ? null : <span className="since">{text}</span>;
}

/** How old the last word about this bay is. */
function Age({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const duration = useDuration();
  const text = useBoard((board, now) => {
    const age = oldestAge(tile, board, now);
    if (age !== null) return t('lastWord', { duration: duration(age) });
    if (board.link === 'live') return t('neverHeard');
    return board.asOf === null ? t('neverHeard') : t('asOf', { time: clockText(board.asOf, zoneOf(board)) });
  });
  return <span className="since">{text}</span>;
}

function Promised({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const promise = useBoard((board, now) => promiseOf(tile, serverNow(board, now)));
  const zone = useBoard(zoneOf);
  if (promise === null || tile.promisedAt === null) return null;
  const word = { 'in-time': t('promised'), tight: t('atRisk'), late: t('late') }[promise];
  return (
    <span className="promise" data-promise={promise}>
      {word} <time>{clockText(tile.promisedAt, zone)}</time>
    </span>
  );
}

function BayAlerts({ bay }: { bay: string }) {
  const code = useCodes();
  const alerts = useBoard((board) => board.view.alerts);
  const own = Object.values(alerts)
    .filter((alert) => alert.bay === bay)
    .sort(byGravity);
  const [first, ...more] = own;
  if (!first) return null;
  return (
    <span className="alert" data-severity={first.severity}>
      <Shape name={first.severity} />
      <span>{code(`alert.${first.kind}`)}</span>
      {more.length > 0 && <span className="quiet">+{more.length}</span>}
    </span>
  );
}

function zoneOf(board: { view: { site: { timezone: string } | null } }): string {
  return board.view.site?.timezone ?? 'UTC';
}
