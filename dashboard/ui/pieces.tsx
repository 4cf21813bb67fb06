import { Button, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { LOCALES, type Locale, useCodes, useLocale } from './i18n.ts';
import { chosenLook, type Look, showLook } from './look.ts';
import { isFault } from './request.ts';

/** The name with its sign: a car's underside on two lift arms. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path
          d="M3 3v18M21 3v18M3 15h5l2-4h4l2 4h5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.25"
          strokeLinejoin="round"
        />
      </svg>
      Liftgate
    </span>
  );
}

export function LanguageSwitch({ label }: { readonly label: string }) {
  const t = useCodes();
  const [locale, show] = useLocale();
  return (
    <Segmented<Locale>
      aria-label={label}
      size="small"
      value={locale}
      onChange={show}
      options={LOCALES.map((l) => ({ value: l, label: t(`language.${l}`) }))}
    />
  );
}

/** Light, dark, or as the system has it; the choice is kept. */
export function LookSwitch({
  label,
  names,
}: {
  readonly label: string;
  readonly names: Readonly<Record<Look, string>>;
}) {
  const [look, setLook] = useState<Look>(chosenLook);
  return (
    <Segmented<Look>
      aria-label={label}
      size="small"
      value={look}
      onChange={(next) => {
        setLook(next);
        showLook(next, true);
      }}
      options={(['light', 'dark', 'system'] as const).map((l) => ({ value: l, label: names[l] }))}
    />
  );
}

/** A state without data, in words, with what to do next. */
export function Nothing(props: { readonly title: string; readonly help?: string; readonly children?: ReactNode }) {
  return (
    <div className="nothing">
      <svg viewBox="0 0 48 24" width="72" height="36" aria-hidden="true">
        <path d="M2 22h44M10 22V8M38 22V8M10 14h7M38 14h-7" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
      <strong>{props.title}</strong>
      {props.help && <p>{props.help}</p>}
      {props.children}
    </div>
  );
}

export interface FaultWords {
  /** The sentence for a code of LiftgateError. */
  readonly ofCode: (code: string) => string;
  /** Quotes what the other side said. */
  readonly said: (message: string) => string;
  readonly retry: string;
}

/** What went wrong, in words, near the action that it stopped. Shows nothing while nothing is wrong. */
export function FaultNote(props: { readonly fault: unknown; readonly words: FaultWords; readonly retry?: () => void }) {
  const { fault, words, retry } = props;
  if (fault === null || fault === undefined) return null;
  const code = isFault(fault) ? fault.code : 'internal';
  // The other side's own words help where the input is at fault; for a cut line they only say "failed to fetch".
  const said = isFault(fault) && fault.status !== 0 && code !== 'denied' ? words.said(fault.message) : null;
  return (
    <div className="note" role="alert">
      <p>
        {words.ofCode(code)} {said && <span className="quiet">{said}</span>}
      </p>
      {retry && (
        <Button size="small" onClick={retry}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}
