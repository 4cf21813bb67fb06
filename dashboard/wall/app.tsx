import { useCallback, useEffect, useMemo, useState } from 'react';
import type { WallStart } from '../../protocols/api/site.ts';
import { LinkContext } from '../ui/board.ts';
import { chosenLocale, isLocale, showLocale } from '../ui/i18n.ts';
import { BoardLink } from '../ui/link.ts';
import { Pairing } from './pairing.tsx';
import { keepSettings, loadSettings, type Settings, storage } from './settings.ts';
import { askStart, keepToken, keptToken, letInAtOnce } from './start.ts';
import { Wall } from './wall.tsx';
import { watch } from './watchdog.ts';
import { useWallWords } from './words.ts';

const RETRY_MS = 2_000;

/** From nothing to a board: asks the server how to begin, pairs the screen if it must, and connects. */
export function App() {
  const [start, setStart] = useState<WallStart | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const [token, setToken] = useState(keptToken);
  const [settings, setSettings] = useState(loadSettings);

  useEffect(() => {
    const root = document.documentElement;
    if (settings.theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = settings.theme;
  }, [settings.theme]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    const begin = async () => {
      try {
        const answer = await askStart();
        const free = answer.access === 'loopback' ? await letInAtOnce(keptToken()) : null;
        if (left) return;
        if (free !== null) {
          keepToken(free);
          setToken(free);
        }
        const asked = new URLSearchParams(location.search).get('lang');
        showLocale(isLocale(asked) ? asked : (chosenLocale() ?? answer.locale));
        setStart(answer);
      } catch {
        if (left) return;
        setFailed(true);
        timer = setTimeout(() => void begin(), RETRY_MS);
      }
    };
    // A screen that was refused does not knock again at once.
    timer = setTimeout(() => void begin(), round === 0 ? 0 : RETRY_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [round]);

  const take = useCallback((next: string | null) => {
    keepToken(next);
    setToken(next);
  }, []);
  const forget = useCallback(() => {
    take(null);
    setStart(null);
    setRound((n) => n + 1);
  }, [take]);
  const change = (next: Settings) => {
    keepSettings(next);
    setSettings(next);
  };

  if (!start) return <Waiting failed={failed} />;
  if (start.access === 'paired' && token === null) return <Pairing onToken={take} />;
  return <Connected start={start} token={token} settings={settings} onSettings={change} onRefused={forget} />;
}

function Waiting({ failed }: { failed: boolean }) {
  const t = useWallWords();
  return (
    <main className="notice">
      <p role="status">{t(failed ? 'noServer' : 'connecting')}</p>
    </main>
  );
}

interface ConnectedProps {
  start: WallStart;
  token: string | null;
  settings: Settings;
  onSettings: (settings: Settings) => void;
  onRefused: () => void;
}

function Connected({ start, token, settings, onSettings, onRefused }: ConnectedProps) {
  const link = useMemo(
    () => new BoardLink({ feeds: start.feeds, token, site: start.site, storage: storage() }),
    [start, token],
  );
  useEffect(() => {
    link.start();
    const leave = link.subscribe(() => {
      // A token that is no longer good: this screen has to be let in anew.
      if (link.board.refused) onRefused();
    });
    const unwatch = watch(link, askStart, () => location.reload());
    return () => {
      leave();
      unwatch();
      link.stop();
    };
  }, [link, onRefused]);
  return (
    <LinkContext value={link}>
      <Wall settings={settings} onSettings={onSettings} />
    </LinkContext>
  );
}
