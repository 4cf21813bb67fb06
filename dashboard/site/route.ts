import { useSyncExternalStore } from 'react';

/** The parts of the address behind `#/`: `#/cameras/cam-1` → `['cameras', 'cam-1']`. */
export function useRoute(): readonly string[] {
  const hash = useSyncExternalStore(listen, () => location.hash);
  return hash.startsWith('#/') ? hash.slice(2).split('/').map(decoded) : [];
}

function listen(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // Typed by hand: what cannot be decoded is taken as it stands.
  }
}
