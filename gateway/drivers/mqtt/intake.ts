import { parseWican } from '../../../protocols/obd/wican.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import { excerpt, isRecord, PAYLOAD_LIMITS, type Parsed, parsePayload } from '../../../protocols/sensor/payload.ts';
import { parseSensorTopic, type SensorTopic } from '../../../protocols/sensor/topic.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Clock, Millis } from '../../../protocols/time.ts';
import { parseForeign, parseOnline } from './foreign.ts';
import { type NodeNews, Nodes } from './nodes.ts';
import { Pacer } from './pacer.ts';
import type { Done, Queue } from './queue.ts';
import type { Member, MqttDevice } from './rights.ts';

/** A trouble is told once, and called over when it has not shown for this long. */
const TROUBLE_LASTS_MS = 60_000;
/** How often values that were held back are looked at. */
const DUE_MS = 250;

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  /** An outside broker kept it from an unknown time before we came (the retain flag, MQTT 3.1.1, 3.3.1.3). */
  readonly kept: boolean;
}

interface Trouble {
  until: Millis;
}

/** Turns the messages of known devices into readings, and their faults into words about the device. */
export class Intake {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #nodes: Nodes;
  readonly #pacers = new Map<string, Pacer>();
  readonly #queue: Queue;
  readonly #clock: Clock;
  /** Where presence is not seen by ourselves, `status` messages tell it. */
  readonly #believeStatus: boolean;
  readonly #troubles = new Map<string, Trouble>();
  readonly #faults = new Map<string, number>();
  readonly #lives = new Map<string, number>();
  /** What the availability topics of a device said last: its own, and its bridge's. */
  readonly #words = new Map<string, Map<string, boolean>>();
  #send: (topic: string, payload: Uint8Array) => void = () => {};
  #timer: NodeJS.Timeout | null = null;

  constructor(members: readonly Member[], queue: Queue, clock: Clock, more: { readonly believeStatus: boolean }) {
    this.#members = new Map(members.map((m) => [m.device.id, m]));
    this.#nodes = new Nodes(members, (topic, payload) => this.#send(topic, payload));
    this.#queue = queue;
    this.#clock = clock;
    this.#believeStatus = more.believeStatus;
  }

  /** There are Sparkplug nodes, which want to know whether their host is there. */
  get hasNodes(): boolean {
    return this.#nodes.size > 0;
  }

  /** How nodes are spoken to, from now on. */
  speak(send: (topic: string, payload: Uint8Array) => void): void {
    this.#send = send;
  }

  close(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }

  /**
   * Takes one message that speaks for these devices. `done` is called when it may be acknowledged: after its readings
   * are on disk, or at once when there is nothing in it to keep; for QoS 0 also at once, as long as the device has not
   * sent too much.
   */
  takeAll(ids: readonly string[], message: Message, done: Done): void {
    const now = this.#clock();
    const fits = message.payload.byteLength <= PAYLOAD_LIMITS.bytes;
    const news = fits ? this.#nodes.hear(message.topic, message.payload, now) : null;
    if (news !== null) {
      this.#takeNews(ids[0]!, news, message, now, done);
      return;
    }
    let waiting = ids.length;
    let failed: Error | null = null;
    const one: Done = (error) => {
      failed ??= error;
      if (--waiting === 0) done(failed);
    };
    for (const id of ids) this.#take(id, message, now, one);
  }

  #take(id: string, message: Message, now: Millis, done: Done): void {
    const parsed = this.#parse(id, message, now);
    const readings = message.kept ? parsed.readings.filter((r) => r.at !== now) : parsed.readings;
    const fault = parsed.faults[0];
    if (fault !== undefined) this.#fault(id, fault, parsed.faults.length, now);
    else if (parsed.clock === 'doubtful') this.trouble(id, 'clock-skew', 'its clock cannot be right');
    else if (this.#troubles.size > 0) this.#recover(id, now);
    this.#keep(id, this.#paced(id, readings, now), message.qos, done);
  }

  #takeNews(id: string, news: NodeNews, message: Message, now: Millis, done: Done): void {
    for (const { id: who, fault } of news.faults) this.#fault(who, fault, 1, now);
    if (news.faults.length === 0 && this.#troubles.size > 0) {
      for (const { device } of news.readings) this.#recover(device, now);
    }
    for (const { id: who, here } of news.presence) this.presence(who, here);
    const kept = [...Map.groupBy(news.readings, (r) => r.device)].flatMap(([who, own]) => this.#paced(who, own, now));
    this.#keep(id, kept, message.qos, done);
  }

  #keep(id: string, readings: readonly Reading[], qos: Message['qos'], done: Done): void {
    if (readings.length === 0) {
      done(null);
    } else if (qos === 0 && this.#queue.hasRoom(id)) {
      this.#queue.add(id, readings, ignore);
      done(null);
    } else {
      this.#queue.add(id, readings, done);
    }
  }

  /** What of it is worth keeping now; the rest waits, or gives way to what comes after it. */
  #paced(id: string, readings: readonly Reading[], now: Millis): readonly Reading[] {
    const device = this.#members.get(id)?.device;
    if (device?.kind !== 'sensor' || readings.length === 0) return readings;
    const pacer = this.#pacers.get(id) ?? new Pacer(device.limits, device.flood);
    this.#pacers.set(id, pacer);
    const { kept, floods } = pacer.take(readings, now);
    if (floods)
      this.trouble(id, 'flooding', `more than ${device.flood ?? 100} values a second; ${pacer.heldBack} gave way`);
    if (pacer.waits) this.#timer ??= setTimeout(() => this.#tellDue(), DUE_MS);
    return kept;
  }

  #tellDue(): void {
    this.#timer = null;
    const now = this.#clock();
    let waits = false;
    for (const [id, pacer] of this.#pacers) {
      const due = pacer.due(now);
      if (due.length > 0) this.#queue.add(id, due, ignore);
      waits ||= pacer.waits;
    }
    if (waits) this.#timer = setTimeout(() => this.#tellDue(), DUE_MS);
  }

  /** The device has come (its line to the broker is open and it gave its password), or has gone. */
  presence(id: string, here: boolean): void {
    this.#health(id, here ? 'ok' : 'offline', null);
  }

  /** Says what is wrong with a device, as a code and a sentence; not again as long as it goes on. */
  trouble(id: string, code: string, detail: string): void {
    const now = this.#clock();
    const known = this.#troubles.get(id);
    if (known) {
      known.until = now + TROUBLE_LASTS_MS;
      return;
    }
    this.#troubles.set(id, { until: now + TROUBLE_LASTS_MS });
    this.#health(id, code, detail);
  }

  #fault(id: string, fault: string, count: number, now: Millis): void {
    const total = (this.#faults.get(id) ?? 0) + count;
    this.#faults.set(id, total);
    if (this.#troubles.has(id)) this.#troubles.get(id)!.until = now + TROUBLE_LASTS_MS;
    else this.trouble(id, 'bad-payload', `${fault} (${total} so far)`);
  }

  #recover(id: string, now: Millis): void {
    const known = this.#troubles.get(id);
    if (!known || now < known.until) return;
    this.#troubles.delete(id);
    this.#health(id, 'ok', null);
  }

  /** `part` carries which part of what it sent is at fault. */
  #health(id: string, code: string, detail: string | null): void {
    this.#queue.add(id, [reading(id, 'device.health', code, this.#clock(), { part: detail?.slice(0, 128) })], ignore);
  }

  #parse(id: string, { topic, payload }: Message, now: Millis): Parsed {
    const member = this.#members.get(id);
    if (!member) return bad(`device ${id} is not listed`);
    const { device, plan } = member;
    if (payload.byteLength > PAYLOAD_LIMITS.bytes) {
      return bad(`a payload has at most ${PAYLOAD_LIMITS.bytes} bytes, got ${payload.byteLength}`);
    }
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
    const place = parseSensorTopic(topic);
    if (place !== null && place.device === id) return this.#parseSensor(device, place, text, now);
    if (plan !== null) {
      const word = parseOnline(plan, topic, text);
      if (word !== undefined) return this.#hearWord(member, topic, word, text);
      const parsed = parseForeign(id, plan, topic, text, now);
      if (parsed !== null) return parsed;
    }
    if (device.kind !== 'wican') return bad(`topic ${topic} ends in no signal that is known`);
    const message = parseWican(id, text, now);
    if (message.status !== null) this.#status(id, message.status === 'online', null);
    return message;
  }

  #parseSensor(device: MqttDevice, { leaf }: SensorTopic, text: string, now: Millis): Parsed {
    if (leaf === 'command') return bad('commands are for the device to hear, not to send');
    if (leaf === 'status') return this.#parseStatus(device.id, text);
    const parsed = parsePayload(device.id, leaf === 'batch' ? null : leaf, text, now);
    const stray = parsed.readings.find((r) => !speaks(device, r.signal));
    if (stray === undefined) return parsed;
    const fault = `${stray.signal} is not among the signals that the configuration lists for ${device.id}`;
    const readings = parsed.readings.filter((r) => speaks(device, r.signal));
    return { ...parsed, readings, faults: [...parsed.faults, fault] };
  }

  /** `online`, `offline`, or `{"status": …, "life": n}`: a death of an older life than the one that was born is ignored. */
  #parseStatus(id: string, text: string): Parsed {
    let json: unknown = text;
    try {
      json = JSON.parse(text);
    } catch {
      // a bare word
    }
    const { status, life } = isRecord(json) ? json : { status: json, life: null };
    if (status !== 'online' && status !== 'offline') return bad('a status is "online" or "offline"');
    this.#status(id, status === 'online', typeof life === 'number' ? life : null);
    return { readings: [], faults: [], clock: 'right' };
  }

  /** A device is there when all that speak of it say so. */
  #hearWord({ device, user }: Member, topic: string, word: boolean | null, text: string): Parsed {
    if (text.trim() === '') return NOTHING;
    if (word === null) return bad(`topic ${topic} says online or offline, got ${excerpt(text)}`);
    const words = this.#words.get(device.id) ?? new Map<string, boolean>();
    words.set(topic, word);
    this.#words.set(device.id, words);
    // Of a device that comes in by itself we see whether it is there; its last will may overtake its next birth.
    if (this.#believeStatus || user !== device.id) this.presence(device.id, [...words.values()].every(Boolean));
    return NOTHING;
  }

  #status(id: string, here: boolean, life: number | null): void {
    if (!this.#believeStatus) return;
    if (life !== null) {
      if (!here && life < (this.#lives.get(id) ?? 0)) return;
      this.#lives.set(id, life);
    }
    this.presence(id, here);
  }
}

function speaks(device: MqttDevice, signal: SignalName): boolean {
  if (signal === 'device.health') return true;
  return device.kind === 'wican'
    ? signal.startsWith('obd.')
    : (device.signals as readonly SignalName[]).includes(signal);
}

const NOTHING: Parsed = { readings: [], faults: [], clock: 'right' };

function bad(fault: string): Parsed {
  return { readings: [] as Reading[], faults: [fault], clock: 'right' };
}

function ignore(): void {}
