import { useEffect, useRef } from 'react';

/** A scanner that types like a keyboard sends its characters faster than this, ms; no finger does. */
const BURST_MS = 100;

/**
 * Single letters as keys. A letter counts only when nothing else is typed around it: the labels of a workshop hold
 * these letters too, and a scanner may be pulled while this page is open.
 */
export function useLetterKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let last = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (e: KeyboardEvent) => {
      const isBurst = e.timeStamp - last < BURST_MS;
      last = e.timeStamp;
      clearTimeout(timer);
      if (isBurst || e.repeat || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.target instanceof Element && e.target.closest('input, textarea, [role=dialog]')) return;
      const key = e.key.toLowerCase();
      if (key in latest.current) timer = setTimeout(() => latest.current[key]?.(), BURST_MS);
    };
    addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      removeEventListener('keydown', onKey);
    };
  }, []);
}
