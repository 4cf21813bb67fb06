import { readLabel } from '../../protocols/barcode/label.ts';
import { useWedge } from '../ui/wedge.ts';
import { go } from './route.ts';

/** The word in the address that a search stands behind: no VIN is as short. */
export const SEARCH = 'search';
/** Plates are written with and without dots; their last characters are the same. */
const PLATE_TAIL = 5;

/**
 * A scanner that types at an advisor's desk opens what it read: a VIN the car's story, a plate the cars that may have it,
 * an order the orders. What belongs to a bay (holds, job starts) is for the workshop's own scanners.
 */
export function useScanner(): void {
  useWedge((text) => {
    const { kind, text: what } = readLabel(text);
    if (kind === 'vin') go('vehicles', what);
    else if (kind === 'plate') go('vehicles', SEARCH, what.slice(-PLATE_TAIL));
    else if (kind === 'job') go('orders');
  });
}
