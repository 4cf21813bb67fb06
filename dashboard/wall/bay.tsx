import { memo, type ReactNode } from 'react';
import type { BayTile } from '../../protocols/board.ts';
import { useBoard } from '../ui/board.ts';
import { freshnessOf, oldestAge, serverNow } from '../ui/freshness.ts';
import { useCodes } from '../ui/i18n.ts';
import { Shape } from '../ui/shape.tsx';
import { clockText, useDuration } from '../ui/time.ts';
import { NAMED_EM } from './fit.ts';
import { byGravity, lookOf, promiseOf, sinceOf, WORD_OF } from './look.ts';
import { useWallWords } from './words.ts';

interface BayProps {
  bay: string;
  /** Lines of small text that there is room for. */
  lines: number;
}

/** One bay: which one, which car, what state, since when, promised when, what is wrong. */
export const Bay = memo(function Bay({ bay, lines }: BayProps) {
  const tile = useBoard((board) => board.view.bays[bay]);
  const freshness = useBoard((board, now) => (tile ? freshnessOf(tile, board, now) : 'no-link'));
  const late = useBoard(
    (board, now) => tile?.promisedAt != null && promiseOf(tile.promisedAt, serverNow(board, now)) === 'late',
  );
  if (!tile) return null;
  const look = lookOf(tile);
  return (
    <li className="bay" data-bay={bay} data-look={look} data-freshness={freshness} data-late={late}>
      <div className="bay-top">
        <BayName tile={tile} />
        <Car tile={tile} />
      </div>
      <Band tile={tile} />
      <SmallLines tile={tile} lines={lines} fresh={freshness === 'live'} />
    </li>
  );
});

function BayName({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  // The plate beside it takes 3 em; a name that does not fit gives way to the id that is printed on the bay.
  const name = widthOf(tile.name) <= NAMED_EM - 3 ? tile.name : tile.bay;
  return (
    <h2 title={tile.name}>
      {name}
      {tile.raised === true && (
        <span className="raised">
          <Shape name="raised" />
          <span className="said">{t('raised')}</span>
        </span>
      )}
    </h2>
  );
}

/** Width in em: a Chinese character takes 1, a Latin one about 0.6. */
function widthOf(text: string): number {
  return [...text].reduce((sum, c) => sum + (c > '\u2e80' ? 1 : 0.6), 0);
}

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

/** The state as shape, word and colour. An old tile names its age class here, and what it last was beside it. */
function Band({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const code = useCodes();
  const freshness = useBoard((board, now) => freshnessOf(tile, board, now));
  const look = lookOf(tile);
  const word = code(WORD_OF[look]);
  // A bay that was never known has nothing to be old.
  if (freshness === 'live' || look === 'unknown') {
    return (
      <p className="band">
        <Shape name={look} />
        <strong>{word}</strong>
        {tile.work.reason !== null && look !== 'free' && <em>{code(`hold.${tile.work.reason}`)}</em>}
      </p>
    );
  }
  return (
    <p className="band">
      <Shape name={freshness} />
      <strong>{t(`freshness.${freshness}`)}</strong>
      <em>{t('lastState', { state: word })}</em>
    </p>
  );
}

function SmallLines({ tile, lines, fresh }: { tile: BayTile; lines: number; fresh: boolean }) {
  const shown: ReactNode[] = [
    <p key="times">
      {fresh ? <Since tile={tile} /> : <Age tile={tile} />}
      <Promised tile={tile} />
    </p>,
    <BayAlerts key="alerts" bay={tile.bay} />,
    tile.vehicle?.model && tile.occupancy !== 'empty' ? (
      <p key="model" className="quiet">
        {tile.vehicle.model}
      </p>
    ) : null,
  ];
  return <div className="bay-small">{shown.slice(0, Math.max(1, lines))}</div>;
}

/** How long the state lasts; the time of day it began at, while no server says what time it is. */
function Since({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const duration = useDuration();
  const since = sinceOf(tile);
  const text = useBoard((board, now) => {
    if (since === null) return '';
    const server = serverNow(board, now);
    return server === null ? t('since', { time: clockText(since, zoneOf(board)) }) : duration(server - since);
  });
  return <span className="since">{text}</span>;
}

/** How old the last word about this bay is. */
function Age({ tile }: { tile: BayTile }) {
  const t = useWallWords();
  const duration = useDuration();
  const text = useBoard((board, now) => {
    const age = oldestAge(tile, board, now);
    if (age !== null) return t('lastWord', { duration: duration(age) });
    const server = serverNow(board, now);
    if (board.link === 'live') return t('neverHeard');
    if (server !== null && board.asOf !== null) return t('lastWord', { duration: duration(server - board.asOf) });
    return board.asOf === null ? t('neverHeard') : t('asOf', { time: clockText(board.asOf, zoneOf(board)) });
  });
  return <span className="since">{text}</span>;
}

function Promised({ tile: { promisedAt } }: { tile: BayTile }) {
  const t = useWallWords();
  const promise = useBoard((board, now) =>
    promisedAt === null ? 'in-time' : promiseOf(promisedAt, serverNow(board, now)),
  );
  const zone = useBoard(zoneOf);
  if (promisedAt === null) return null;
  const word = { 'in-time': t('promised'), tight: t('atRisk'), late: t('late') }[promise];
  return (
    <span className="promise" data-promise={promise}>
      {word} <time>{clockText(promisedAt, zone)}</time>
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
    <p className="alert" data-severity={first.severity}>
      <Shape name={first.severity} />
      <span>{code(`alert.${first.kind}`)}</span>
      {more.length > 0 && <span className="quiet">+{more.length}</span>}
    </p>
  );
}

function zoneOf(board: { view: { site: { timezone: string } | null } }): string {
  return board.view.site?.timezone ?? 'UTC';
}
