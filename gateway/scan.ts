import type { SiteScanReply } from '../protocols/api/site.ts';
import { readLabel } from '../protocols/barcode/label.ts';
import { scanReading } from '../protocols/barcode/scan.ts';
import { LiftgateError } from '../protocols/error.ts';
import { reading } from '../protocols/reading.ts';
import type { Clock } from '../protocols/time.ts';
import { readVin } from '../protocols/vin.ts';
import type { Input } from './domain/engine.ts';
import { SCAN_BOX } from './layout.ts';
import type { Store } from './store/store.ts';

const STORY = 50;

/**
 * The scan box: keeps what a person typed or a wedge scanner wrote, as a scan of the built-in device, and tells what this
 * gateway knows of the car. A bay that is chosen beside it counts as a bay label scanned first.
 * @throws LiftgateError `not-found` when there is no such bay, `full` when nothing can be kept
 */
export function scanBox(
  store: Pick<Store<unknown, Input>, 'journal' | 'storyOf' | 'subscribe'>,
  bays: readonly string[],
  clock: Clock,
) {
  return async (typed: string, bay: string | null): Promise<SiteScanReply> => {
    if (bay !== null && !bays.includes(bay))
      throw new LiftgateError('not-found', `there is no bay "${bay}"; the bays are ${bays.join(', ')}`, {
        about: 'bay',
      });
    const label = readLabel(typed);
    const { kind, text } = label;
    const at = clock();
    const scans = [
      ...(bay === null || kind === 'bay' ? [] : [reading(SCAN_BOX.id, 'scan.bay', bay, at)]),
      scanReading(SCAN_BOX.id, label, at),
    ];
    const outcome = await told(store, kind, () =>
      store.journal.append(scans.map((r) => ({ kind: 'reading', reading: r }))),
    );
    const facts = kind === 'vin' ? readVin(text) : null;
    return {
      kind,
      text,
      checkDigit: facts?.checkDigit ?? 'absent',
      outcome,
      maker: facts?.maker ?? null,
      modelYear: facts && facts.modelYears.length > 0 ? facts.modelYears.join(' / ') : null,
      story: kind === 'vin' ? store.storyOf(text, STORY) : [],
    };
  };
}

/** What the engine told of this scan when it was kept. */
async function told(
  store: Pick<Store<unknown, Input>, 'subscribe'>,
  kind: SiteScanReply['kind'],
  keep: () => Promise<void>,
): Promise<SiteScanReply['outcome']> {
  let outcome: SiteScanReply['outcome'] = null;
  const stop = store.subscribe(({ events }) => {
    for (const { type, data } of events) {
      if (type === 'liftgate.scan.v1' && data.device === SCAN_BOX.id && data.kind === kind) outcome = data.outcome;
    }
  });
  try {
    await keep();
  } finally {
    stop();
  }
  return outcome;
}
