import { type ReactNode, useEffect } from 'react';
import { Brand, LanguageSwitch } from './pieces.tsx';

/** What stands in front of the pages of a desk until somebody is let in. */
export function Gate({ language, children }: { readonly language: string; readonly children: ReactNode }) {
  return (
    <div className="gate">
      <header className="gate-top">
        <Brand />
        <LanguageSwitch label={language} />
      </header>
      <main className="gate-main">{children}</main>
    </div>
  );
}

/** A sentence that answers what was just tried. */
export function Said({ text }: { readonly text: string }) {
  return (
    <div className="note" role="alert">
      <p>{text}</p>
    </div>
  );
}

/** The title of the window follows the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Liftgate`;
  }, [title]);
}
