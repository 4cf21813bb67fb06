import { useSyncExternalStore } from 'react';
import type { Theme } from './palette.ts';

/** What somebody chose on this screen; `system` follows the operating system. */
export type Look = Theme | 'system';

const KEPT = 'liftgate.look';
const CHANGED = 'liftgate:look';
const dark = () => matchMedia('(prefers-color-scheme: dark)');
const calm = () => matchMedia('(prefers-reduced-motion: reduce)');

export function chosenLook(): Look {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system'; // Storage is switched off: the system decides.
  }
}

/** Puts the choice on the page, where tokens.css reads it; `keep` remembers it. */
export function showLook(look: Look, keep = false): void {
  if (look === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = look;
  if (keep) {
    try {
      localStorage.setItem(KEPT, look);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
  }
  dispatchEvent(new Event(CHANGED));
}

/** The theme that is shown now, whoever decided it. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shownTheme);
}

/** Whether somebody asked their system that nothing should move that need not. */
export function useCalm(): boolean {
  return useSyncExternalStore(subscribeToCalm, () => calm().matches);
}

function shownTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return dark().matches ? 'dark' : 'light';
}

function subscribe(onChange: () => void): () => void {
  const system = dark();
  system.addEventListener('change', onChange);
  addEventListener(CHANGED, onChange);
  return () => {
    system.removeEventListener('change', onChange);
    removeEventListener(CHANGED, onChange);
  };
}

function subscribeToCalm(onChange: () => void): () => void {
  const system = calm();
  system.addEventListener('change', onChange);
  return () => system.removeEventListener('change', onChange);
}
