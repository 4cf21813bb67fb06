import type { ReactNode } from 'react';
import type { DeviceState, Severity } from '../../protocols/event.ts';

/** Outlines that stay apart in grey and at 12 px; each state has its own, beside its word and its colour. */
const SHAPES = {
  disc: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  ring: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M8 1.5 15 14H1z" fill="currentColor" />,
  octagon: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />,
  square: <rect x="2.5" y="2.5" width="11" height="11" fill="currentColor" />,
  diamond: <path d="m8 1 7 7-7 7-7-7z" fill="currentColor" />,
  cross: <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="3" strokeLinecap="square" />,
  check: <path d="m2.5 8.5 3.5 3.5 7.5-8" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  dash: <path d="M2 8h12" stroke="currentColor" strokeWidth="3" />,
  bars: <path d="M5 2v12M11 2v12" stroke="currentColor" strokeWidth="3.5" />,
} as const;

export type Shape = keyof typeof SHAPES;
export type Tone = 'quiet' | 'accent' | 'working' | 'waiting' | 'blocked' | 'idle';

/** A state as shape, word and colour, so that it is told apart without any one of them. */
export function Mark({ shape, tone, children }: { shape: Shape; tone: Tone; children: ReactNode }) {
  return (
    <span className={`mark mark-${tone}`}>
      <svg viewBox="0 0 16 16" width="0.85em" height="0.85em" aria-hidden="true">
        {SHAPES[shape]}
      </svg>
      <span>{children}</span>
    </span>
  );
}

export const SEVERITY_MARK: Readonly<Record<Severity, { shape: Shape; tone: Tone }>> = {
  info: { shape: 'ring', tone: 'accent' },
  warning: { shape: 'triangle', tone: 'waiting' },
  severe: { shape: 'octagon', tone: 'blocked' },
};

export const DEVICE_MARK: Readonly<Record<DeviceState, { shape: Shape; tone: Tone }>> = {
  connecting: { shape: 'half', tone: 'accent' },
  online: { shape: 'disc', tone: 'working' },
  stale: { shape: 'bars', tone: 'waiting' },
  degraded: { shape: 'triangle', tone: 'waiting' },
  backoff: { shape: 'diamond', tone: 'blocked' },
  offline: { shape: 'cross', tone: 'blocked' },
};
