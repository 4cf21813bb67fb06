import { useSyncExternalStore } from 'react';

/** Where the console is: the words after `#/`, e.g. `['vehicles', 'LSVAM4187C2184841']`. */
export type Route = readonly string[];

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return routeOf(hash);
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

function routeOf(hash: string): Route {
  if (!hash.startsWith('#/')) return [];
  return hash.slice(2).split('/').filter(Boolean).map(decodeURIComponent);
}

export function hrefOf(...route: string[]): string {
  return `#/${route.map(encodeURIComponent).join('/')}`;
}

export function go(...route: string[]): void {
  location.hash = hrefOf(...route);
}

/** The one-time token of a set-up link (`/console/#token=…`), or null. */
export function setUpToken(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('token');
}
