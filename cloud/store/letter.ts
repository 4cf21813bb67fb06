import { messageOf } from '../../protocols/error.ts';
import { type CloudEvent, fromCloudEvent } from '../../protocols/event.ts';
import { fromRfc3339 } from '../../protocols/time.ts';
import { packed } from './body.ts';
import type { Incoming } from './events.ts';

/** Who sends, known from the credential and never from the body. */
export interface Sender {
  readonly site: string;
  readonly gateway: string;
}

/** One entry of a batch, looked at by itself. */
export type Letter =
  | { readonly seq: number; readonly raw: unknown; readonly incoming: Incoming }
  /** `seq` is null where not even the number could be read, or where it belongs to another epoch. */
  | { readonly seq: number | null; readonly raw: unknown; readonly incoming: null; readonly reason: string };

/** Reads one entry of a batch; what is wrong with it becomes the reason, and its neighbours never know. */
export function openLetter(raw: unknown, from: Sender, epoch: string): Letter {
  try {
    const event = fromCloudEvent(raw);
    if (event.site !== from.site || event.gateway !== from.gateway)
      return bad(raw, epoch, `its source is not the sender (/sites/${from.site}/gateways/${from.gateway})`);
    if (event.epoch !== epoch) return bad(raw, epoch, `epoch "${event.epoch}" is not the batch's ("${epoch}")`);
    if (event.type === 'liftgate.journal.gap.v1' && event.data.toSeq < event.data.fromSeq)
      return bad(raw, epoch, `a gap from ${event.data.fromSeq} to ${event.data.toSeq} ends before it begins`);
    // The hash is of what was said; a correction that comes with a repetition makes no other event of it.
    const { hash, json } = packed(event);
    const { correctedtime, clockquality = null } = raw as CloudEvent;
    const corrected = correctedtime === undefined ? null : fromRfc3339(correctedtime);
    const incoming: Incoming =
      corrected === null
        ? { event, hash, json, saidTime: null, clock: clockquality }
        : { event: { ...event, time: corrected }, hash, json, saidTime: event.time, clock: 'corrected' };
    return { seq: event.seq, raw, incoming };
  } catch (e) {
    return bad(raw, epoch, messageOf(e));
  }
}

function bad(raw: unknown, epoch: string, reason: string): Letter {
  const id = (raw as { id?: unknown } | null)?.id;
  const found = typeof id === 'string' ? /^(.{1,32})-(\d{1,16})$/.exec(id) : null;
  const seq = found?.[1] === epoch ? Number(found[2]) : null;
  const usable = seq !== null && Number.isSafeInteger(seq) && seq >= 1;
  return { seq: usable ? seq : null, raw, incoming: null, reason: reason.slice(0, 400) };
}
