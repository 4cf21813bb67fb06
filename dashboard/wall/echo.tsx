import { useEffect, useState } from 'react';
import type { ScanEcho } from '../../protocols/board.ts';
import { useBoard } from '../ui/board.ts';
import { serverNow } from '../ui/freshness.ts';
import { LOCALES, useLocale } from '../ui/i18n.ts';
import type { Board } from '../ui/link.ts';
import { Shape } from '../ui/shape.tsx';
import { echoText, isTaken } from './echo-words.ts';

/** How long a scan is read back, and how old one may be that came with a whole board, ms. */
const SHOWN_MS = 8_000;
const FRESH_MS = 15_000;

/** Reads the newest scan back, large and in both languages, and says it aloud where that is wanted. */
export function Echo({ speak }: { speak: boolean }) {
  const [locale] = useLocale();
  const echo = useBoard(newestOf);
  const bayName = useBoard((board) => (echo?.bay == null ? null : (board.view.bays[echo.bay]?.name ?? echo.bay)));
  const [past, setPast] = useState<ScanEcho | null>(null);
  useEffect(() => {
    if (!echo) return;
    if (speak) say(echoText(echo, bayName, locale), locale);
    const timer = setTimeout(() => setPast(echo), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [echo, speak, bayName, locale]);
  const shown = echo !== null && echo !== past;
  const other = LOCALES.find((each) => each !== locale)!;
  return (
    <div className="echo" role="status" data-shown={shown} data-taken={shown && isTaken(echo)}>
      {shown && (
        <>
          <Shape name={isTaken(echo) ? 'understood' : 'warning'} />
          <p>
            <b>
              <Parts text={echoText(echo, bayName, locale)} />
            </b>
            <span lang={other}>
              <Parts text={echoText(echo, bayName, other)} />
            </span>
          </p>
        </>
      )}
    </div>
  );
}

/** Lines break between the parts, not within an identifier. */
function Parts({ text }: { text: string }) {
  return text.split(' · ').map((part, i) => (
    <i key={part}>
      {i > 0 && ' · '}
      {part}
    </i>
  ));
}

/** The newest scan of all scanners; null where it is no news any more. */
function newestOf(board: Board, now: number): ScanEcho | null {
  let newest: ScanEcho | null = null;
  for (const echo of Object.values<ScanEcho>(board.view.scans ?? {})) {
    if (newest === null || echo.at > newest.at) newest = echo;
  }
  const server = serverNow(board, now);
  return newest !== null && (server === null || server - newest.at < FRESH_MS) ? newest : null;
}

function say(text: string, locale: string): void {
  if (!('speechSynthesis' in window)) return;
  const words = new SpeechSynthesisUtterance(text.replaceAll('·', ',').replaceAll('…', ' '));
  words.lang = locale === 'en' ? 'en-US' : locale;
  // Who scans twice wants to hear the second.
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(words);
}
