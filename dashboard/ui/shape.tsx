import type { ReactNode } from 'react';

/** Silhouettes that stay apart without colour, at a distance, and in grey (WCAG 1.4.1). */
export type ShapeName =
  | 'free'
  | 'entering'
  | 'leaving'
  | 'occupied'
  | 'working'
  | 'waiting'
  | 'idle'
  | 'blocked'
  | 'unknown'
  | 'stale'
  | 'no-link'
  | 'live'
  | 'info'
  | 'warning'
  | 'severe'
  | 'understood'
  | 'raised'
  | 'settings'
  | 'pause'
  | 'play';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 3, strokeLinecap: 'square' } as const;
/** Cut out of a filled shape: the colour that lies under it. */
const cut = { fill: 'none', stroke: 'var(--under, var(--surface))', strokeWidth: 3, strokeLinecap: 'square' } as const;

const DRAWN: Record<ShapeName, ReactNode> = {
  free: <circle cx="12" cy="12" r="8.5" {...stroke} />,
  entering: <path d="M20 4v16M3 12h10M9 7l5 5-5 5" {...stroke} />,
  leaving: <path d="M4 4v16M10 12h9M15 7l5 5-5 5" {...stroke} />,
  occupied: <rect x="3" y="3" width="18" height="18" rx="1" />,
  working: <path d="M5 2.5v19L21.5 12z" />,
  waiting: (
    <>
      <rect x="4" y="3" width="6" height="18" rx="1" />
      <rect x="14" y="3" width="6" height="18" rx="1" />
    </>
  ),
  idle: <path d="M20.5 15.6A9.2 9.2 0 0 1 8.4 3.5a9.2 9.2 0 1 0 12.1 12.1z" />,
  blocked: (
    <>
      <path d="M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z" />
      <path d="M7 12h10" {...cut} strokeWidth="4" />
    </>
  ),
  unknown: <path d="M7.5 8.5a4.5 4.5 0 1 1 6.2 4.2c-1.2.5-1.7 1.2-1.7 2.8M12 20.2v.3" {...stroke} />,
  stale: (
    <>
      <circle cx="12" cy="12" r="9.5" {...stroke} />
      <path d="M12 6.5V12l4 2.5" {...stroke} />
    </>
  ),
  'no-link': (
    <>
      <path d="M9.5 7 12 4.500a4.9 4.9 0 0 1 7 7L16.5 14M14.5 17 12 19.500a4.9 4.9 0 0 1-7-7L7.5 10" {...stroke} />
      <path d="M4 4l16 16" {...stroke} />
    </>
  ),
  live: <path d="M2 12h5l3-7 4 14 3-7h5" {...stroke} strokeLinejoin="round" strokeWidth="2.5" />,
  info: (
    <>
      <circle cx="12" cy="12" r="10.5" />
      <path d="M12 11v6M12 7v.2" {...cut} />
    </>
  ),
  warning: (
    <>
      <path d="M12 1.5 23.5 22H.500z" />
      <path d="M12 9.500v5M12 18.600v.2" {...cut} />
    </>
  ),
  severe: (
    <>
      <path d="M12 .5 23.5 12 12 23.5.5 12z" />
      <path d="M12 7v6M12 16.800v.2" {...cut} />
    </>
  ),
  understood: <path d="M3 12.500 9 18.500 21.500 5" {...stroke} strokeWidth="4" />,
  raised: <path d="M4 21h16M6 14l6-5 6 5M6 8l6-5 6 5" {...stroke} strokeWidth="2.5" />,
  settings: (
    <>
      <path d="M3 7h9M18 7h3M3 17h3M12 17h9" {...stroke} strokeWidth="2" />
      <circle cx="15" cy="7" r="2.5" {...stroke} strokeWidth="2" />
      <circle cx="9" cy="17" r="2.5" {...stroke} strokeWidth="2" />
    </>
  ),
  pause: <path d="M7 4v16M17 4v16" {...stroke} strokeWidth="4" />,
  play: <path d="M6 3v18l15-9z" />,
};

/** A state's shape, as high as the text around it. It is drawn beside its word, so that nobody needs to hear it too. */
export function Shape({ name }: { name: ShapeName }) {
  return (
    <svg
      className="shape"
      data-shape={name}
      viewBox="0 0 24 24"
      fill="currentColor"
      aria-hidden="true"
      focusable="false"
    >
      {DRAWN[name]}
    </svg>
  );
}
