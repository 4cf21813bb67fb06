import { type ComponentType, createContext, useContext } from 'react';
import type { z } from 'zod';
import type { CorrectionItem, LedgerDay, LedgerRange, NewCorrection } from '../../../protocols/api/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';

type Asked = z.input<typeof NewCorrection>;

/** What was sold in a span, and the rate of an hour, in the same money. */
export interface Labour {
  readonly sales: number;
  readonly rate: number;
}

/** Where the ledger comes from: the cloud behind the console, the gateway behind the site page. All throw CallFault. */
interface LedgerSource {
  readonly day: (day: string, signal: AbortSignal) => Promise<LedgerDay>;
  readonly range: (from: string, to: string, labour: Labour | null, signal: AbortSignal) => Promise<LedgerRange>;
  /** @param who initials, where nobody is signed in by name */
  readonly correct: (asked: Asked, who: string) => Promise<CorrectionItem>;
  readonly withdraw: (correction: string, why: string, who: string) => Promise<CorrectionItem>;
}

/** What the pages of bays ask of the page that they stand in. */
export interface LedgerPlace {
  /** Tells the data of one site from another's. */
  readonly key: string;
  readonly siteName: string;
  readonly timezone: string;
  readonly source: LedgerSource;
  readonly bayName: (bay: string) => string;
  readonly deviceName: (device: string) => string;
  /** The time now, by the best clock that the page has, ms. */
  readonly now: () => Millis;
  /** Sales and rate can be said here, for the ratio that needs them. */
  readonly asksLabour: boolean;
  /** Who signs a correction; null: people say their initials. */
  readonly signer: string | null;
  /** As much of a car as this page may show. */
  readonly Car: ComponentType<{ readonly vin: string }>;
  /** As much of a VIN as a file from this page may carry. */
  readonly vinText: (vin: string) => string;
  /** Days before today that are kept here; null: all. */
  readonly daysBack: number | null;
  readonly href: (...way: string[]) => string;
  readonly Fault: ComponentType<{ readonly fault: unknown; readonly retry?: () => void }>;
}

export const LedgerContext = createContext<LedgerPlace | null>(null);

export function useLedger(): LedgerPlace {
  const place = useContext(LedgerContext);
  if (!place) throw new Error('useLedger stands outside of a page of bays');
  return place;
}
