import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useWallWords } from './words.ts';

/** A list of one line that shows whole entries only; how many more there are stands behind it. */
export function FittingList({ children }: { children: ReactNode[] }) {
  const t = useWallWords();
  const list = useRef<HTMLUListElement>(null);
  const [hidden, setHidden] = useState(0);
  useLayoutEffect(() => {
    const element = list.current!;
    // Entries that do not fit wrap into the next line, which is cut off.
    const measure = () => {
      const entries = [...element.children] as HTMLElement[];
      const line = entries[0]?.offsetTop ?? 0;
      setHidden(entries.filter((entry) => entry.offsetTop > line).length);
    };
    measure();
    const resized = new ResizeObserver(measure);
    const changed = new MutationObserver(measure);
    resized.observe(element);
    changed.observe(element, { childList: true, characterData: true, subtree: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
    };
  }, []);
  return (
    <>
      <ul className="fitting" ref={list}>
        {children}
      </ul>
      {hidden > 0 && <span className="quiet">{t('more', { count: hidden })}</span>}
    </>
  );
}
