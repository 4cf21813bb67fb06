import { type CSSProperties, useCallback, useContext, useEffect, useLayoutEffect, useState } from 'react';
import type { BayTile } from '../../protocols/board.ts';
import { LinkContext, useBoard } from '../ui/board.ts';
import { serverNow } from '../ui/freshness.ts';
import type { Board } from '../ui/link.ts';
import { Bay } from './bay.tsx';
import { type Fit, fitAll, fitToDistance } from './fit.ts';
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
  const viewing = viewingOf(settings);
  const fit = viewing && width >= 640 ? fitToDistance(viewing, width, height) : fitAll(order.length, width, height);
  const perPage = fit.scrolls ? order.length : fit.columns * fit.rows;
  const turning = usePages(order, perPage, settings.rotation);
  const shift = useShift();

  return (
    <div className="wall" data-link={link} data-scrolls={fit.scrolls} style={{ ...sizes(fit), translate: shift }}>
      <Header fit={fit} />
      <LinkBanner />
      {known ? (
        <main>
          <ul className="bays">
            {turning.bays.map((bay) => (
              <Bay key={bay} bay={bay} lines={fit.lines} />
            ))}
          </ul>
        </main>
      ) : (
        <main className="notice">
          <h1>{t(link === 'live' ? 'noData' : 'connecting')}</h1>
          {link === 'live' && <p role="status">{t('noDataHint')}</p>}
        </main>
      )}
      {(fit.foot > 0 || fit.scrolls) && <Foot />}
      <Panel settings={settings} onSettings={onSettings} fit={fit} turning={turning} />
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
const SHIFTS = ['0 0', '8px 0', '8px 8px', '0 8px'];
const SHIFT_MS = 60_000;

function useShift(): string {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((n) => (n + 1) % SHIFTS.length), SHIFT_MS);
    return () => clearInterval(timer);
  }, []);
  return SHIFTS[step]!;
}
