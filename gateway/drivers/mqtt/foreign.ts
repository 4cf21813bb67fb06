import { type Reading, reading } from '../../../protocols/reading.ts';
import { mapPayload } from '../../../protocols/sensor/mapping.ts';
import { onlineWord } from '../../../protocols/sensor/maps.ts';
import { valueAt } from '../../../protocols/sensor/path.ts';
import { bayIn } from '../../../protocols/sensor/pattern.ts';
import { isRecord, type Parsed } from '../../../protocols/sensor/payload.ts';
import { matchesFilter } from '../../../protocols/sensor/topic.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Plan } from './plan.ts';

/** What a message in another maker's manner says: of two rows for one signal the first that finds a value counts. */
export function parseForeign(id: string, plan: Plan, topic: string, text: string, now: Millis): Parsed | null {
  const fit = plan.rows.filter((r) => matchesFilter(r.pattern.filter, topic));
  if (fit.length === 0) return null;
  // An empty payload takes a retained message back (MQTT 3.1.1, 3.3.1.3): it says nothing.
  if (text.trim() === '') return { readings: [], faults: [], clock: 'right' };
  const json = parseJson(text);
  const readings: Reading[] = [];
  const faults: string[] = [];
  const told = new Set<string>();
  for (const { row, pattern } of fit) {
    const mapped = told.has(row.signal) ? null : mapPayload(row, text, json);
    if (mapped === null) continue;
    if ('fault' in mapped) {
      faults.push(mapped.fault);
      continue;
    }
    told.add(row.signal);
    readings.push(reading(id, row.signal, mapped.value, now, { part: bayIn(pattern, topic) }));
  }
  return { readings, faults, clock: 'right' };
}

/** The word of an availability topic; undefined when the topic is none, null when the word is not known. */
export function parseOnline(plan: Plan, topic: string, text: string): boolean | null | undefined {
  const row = plan.online.find((o) => matchesFilter(o.filter, topic));
  if (!row) return undefined;
  const json = parseJson(text);
  return onlineWord(row.path !== null && isRecord(json) ? valueAt(json, row.path) : (json ?? text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
