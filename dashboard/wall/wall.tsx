import { type CSSProperties, useCallback, useContext, useEffect, useLayoutEffect, useState } from 'react';
import type { BayTile } from '../../protocols/board.ts';
import { LinkContext, useBoard } from '../ui/board.ts';
import { serverNow } from '../ui/freshness.ts';
import type { Board } from '../ui/link.ts';
import { Bay } from './bay.tsx';
import { Echo } from './echo.tsx';
import { type Fit, layoutOf, namesFit } from './fit.ts';
import { Foot } from './foot.tsx';
import { Header, LinkBanner } from './header.tsx';
import { isAlarming } from './look.ts';
import { pageOf } from './pages.ts';
import { Panel } from './panel.tsx';
import { type Settings, viewingOf } from './settings.ts';
import { useWallWords } from './words.ts';

interface WallProps {
  settings: Settings;
  onSettings: (settings: Settings) => void;
}

export function Wall({ settings, onSettings }: WallProps) {
  const t = useWallWords();
  const order = useBoard((board) => board.view.order);
  const link = useBoard((board) => board.link);
  const known = useBoard((board) => board.view.site !== null);
  const [width, height] = useWindowSize();
  // The margin that the picture moves in belongs to no layout.
  const sized = layoutOf(order.length, width - SHIFT_PX, height - SHIFT_PX, viewingOf(settings));
  const names = useBoard((board) => board.view.bays);
  const named = namesFit(
    order.map((bay) => names[bay]?.name ?? bay),
    sized,
  );
  const perPage = sized.style === 'phone' ? order.length : sized.columns * sized.rows;
  const turning = usePages(order, perPage, settings.rotation);
  const shift = useShift();

  return (
    <div className="wall" data-link={link} data-style={sized.style} style={{ ...sizes(sized), translate: shift }}>
      <Header turning={turning} />
      {known ? (
        <main>
          <ul className="bays">
            {turning.bays.map((bay) => (
              <Bay key={bay} bay={bay} named={named} lines={sized.lines} style={sized.style} />
            ))}
          </ul>
        </main>
      ) : (
        <main className="notice">
          <h1>{t(link === 'live' ? 'noData' : 'connecting')}</h1>
          {link === 'live' && <p role="status">{t('noDataHint')}</p>}
        </main>
      )}
      {known && (sized.foot > 0 || sized.style === 'phone') && <Foot />}
      <LinkBanner />
      <Echo speak={settings.speak} />
      <Panel settings={settings} onSettings={onSettings} fit={sized} turning={turning} />
    </div>
  );
}

function sizes(fit: Fit): CSSProperties {
  return {
    '--key': `${fit.key}px`,
    '--small': `${fit.small}px`,
    '--bar': `${fit.bar}px`,
    '--columns': fit.columns,
    '--rows': fit.rows,
    '--header': fit.header > 0 ? `${fit.header}px` : 'auto',
    '--foot': `${fit.foot}px`,
  } as CSSProperties;
}

function useWindowSize(): [number, number] {
  const [size, setSize] = useState<[number, number]>([window.innerWidth, window.innerHeight]);
  useLayoutEffect(() => {
    const measure = () => setSize([window.innerWidth, window.innerHeight]);
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return size;
}

export interface Turning {
  readonly bays: readonly string[];
  readonly page: number;
  readonly pages: number;
  readonly paused: boolean;
  pause(paused: boolean): void;
}

/** The bays of the page that stands now. Places change only when a page is turned, so that the eye finds them again. */
function usePages(order: readonly string[], perPage: number, seconds: number): Turning {
  const link = useContext(LinkContext)!;
  const alarmingNow = useCallback(() => alarmingOn(link.board), [link]);
  const [page, setPage] = useState(0);
  const [alarming, setAlarming] = useState(alarmingNow);
  const [paused, pause] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new bays are new places, with or without a turn
  useEffect(() => setAlarming(alarmingNow()), [order, alarmingNow]);
  const standing = pageOf(order, alarming, perPage, page);
  useEffect(() => {
    if (standing.pages < 2 || paused) return;
    const timer = setInterval(() => {
      setAlarming(alarmingNow());
      setPage((n) => n + 1);
    }, seconds * 1_000);
    return () => clearInterval(timer);
  }, [standing.pages, paused, seconds, alarmingNow]);
  return { ...standing, page: page % standing.pages, paused, pause };
}

function alarmingOn(board: Board): ReadonlySet<string> {
  const now = serverNow(board, performance.now());
  const tiles = Object.values<BayTile>(board.view.bays);
  return new Set(tiles.filter((tile) => isAlarming(tile, board.view, now)).map((tile) => tile.bay));
}

/** Against burn-in: the whole picture moves by 8 px each minute, inside its margin. */
const SHIFT_PX = 8;
const SHIFTS = [`0 0`, `${SHIFT_PX}px 0`, `${SHIFT_PX}px ${SHIFT_PX}px`, `0 ${SHIFT_PX}px`];
const SHIFT_MS = 60_000;

function useShift(): string {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((n) => (n + 1) % SHIFTS.length), SHIFT_MS);
    return () => clearInterval(timer);
  }, []);
  return SHIFTS[step]!;
}
