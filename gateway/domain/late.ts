import type { Reading } from '../../protocols/reading.ts';
import { signalSpec } from '../../protocols/signal.ts';
import { readVin } from '../../protocols/vin.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { type DeviceSetting, staleAfterMs } from './settings.ts';
import { bayState, type EngineState, nothing, withBay } from './state.ts';
import { AMENDABLE_MS, addLate, type LateWord } from './track.ts';

/**
 * What a device had kept and sent late. It never moves what is live; it fills time of the ledger that nobody saw, and
 * names cars that nobody named. Older than the days that may be amended, it has no effect.
 */
export function onLate(ctx: Context, state: EngineState, r: Reading, device: DeviceSetting): Step<EngineState> {
  const word = wordOf(ctx, r, device);
  const id = ctx.bayOf(device, r.part);
  if (word === null || id === null || r.at > state.tick || r.at < state.tick - AMENDABLE_MS) return nothing(state);
  const bay = bayState(state, id);
  if (!bay.track) return nothing(state);
  const track = addLate(bay.track, word);
  return nothing(track === bay.track ? state : withBay(state, id, { ...bay, track }));
}

function wordOf(ctx: Context, r: Reading, device: DeviceSetting): LateWord | null {
  const key = `${r.signal}/${device.id}/${r.part ?? ''}`;
  if (r.signal === 'scan.vin' || r.signal === 'obd.vin') {
    const vin = typeof r.value === 'string' ? readVin(r.value).vin : null;
    return vin === null ? null : { at: r.at, key, vin };
  }
  const { group } = signalSpec(r.signal);
  if (group !== 'camera' && group !== 'floor') return null;
  const present = typeof r.value === 'number' ? r.value < ctx.rules.freeDistance : r.value;
  const says = present === null ? 'unknown' : present === true ? 'present' : 'absent';
  return { at: r.at, key, holdMs: staleAfterMs(device), says };
}
