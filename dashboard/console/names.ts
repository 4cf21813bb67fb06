import { createContext, useContext } from 'react';
import type { SiteNames } from '../../protocols/api/console.ts';

/** What people call the bays and devices of the site; an id that nobody has named is shown as it is. */
export interface Names {
  readonly bay: (bay: string) => string;
  readonly device: (device: string) => string;
  /** All bays, in the order of the wall. */
  readonly bays: SiteNames['bays'];
}

/** @param label makes a bare number a name */
export function namesFrom(said: SiteNames | null, label: (name: string) => string): Names {
  const bays = new Map(said?.bays.map((b) => [b.bay, b.name]));
  const devices = new Map(said?.devices.map((d) => [d.device, d.name]));
  return {
    bay: (bay) => label(bays.get(bay) || bay),
    device: (device) => devices.get(device) || device,
    bays: said?.bays ?? [],
  };
}

export const NamesContext = createContext<Names>(namesFrom(null, (name) => name));
export const useNames = () => useContext(NamesContext);
