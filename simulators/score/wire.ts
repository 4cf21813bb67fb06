import type { DeviceState } from '../../protocols/event.ts';
import { type Reading, reading } from '../../protocols/reading.ts';
import { believedTime } from '../../protocols/sensor/payload.ts';
import type { SignalName } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Draw, seeded } from '../fleet.ts';
import { type ErrorModel, Fault, WRONG } from './errors.ts';
import { cameraOf, PARTS, type SensorSet } from './layout.ts';
import type { BayPlan, DayPlan, Span } from './plan.ts';

/** What reaches the engine: readings as the drivers make them, and what the supervisor says of a device. */
export type Delivery =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | {
      readonly kind: 'device';
      readonly at: Millis;
      readonly device: string;
      readonly state: DeviceState;
      readonly life: number;
      readonly lastSeen: Millis | null;
      readonly reason: string | null;
      readonly detail: string | null;
    };

/** A look of a two-way source, right or wrong, for filters that are compared with ours. */
export interface Look {
  readonly at: Millis;
  readonly bay: string;
  readonly source: 'camera' | 'floor';
  /** Null: it cannot say. */
  readonly present: boolean | null;
}

/** Sensors and cameras look this often. */
export const LOOK_MS = 5_000;
const S = 1_000;
const M = 60 * S;
const LIFT_SPEED = 60;
const RAISED_MM = 1_750;
/** Share of people who do not see that the wall did not say their scan back. */
const OVERLOOKED = 0.1;

/**
 * The wires of a day: gives, second by second, what arrives. Cameras tell changes and that their pulls complete, as
 * ONVIF has it; sensors tell a change at once and repeat what they say every 5 s.
 * @param onLook each look of a camera or floor sensor as it arrives, also those that change nothing
 */
export function wiresOf(
  plan: DayPlan,
  set: SensorSet,
  model: ErrorModel,
  seed: number,
  onLook?: (look: Look) => void,
): (second: Millis) => readonly Delivery[] {
  const draw = seeded(seed);
  const waiting = new Map<Millis, Delivery[]>();
  const put = (at: Millis, delivery: Delivery) => {
    const second = Math.floor(at / S) * S;
    const there = waiting.get(second);
    if (there) there.push(delivery);
    else waiting.set(second, [delivery]);
  };
  const post = new Post(model, seeded(Math.floor(draw() * 2 ** 31)), put);
  const cameras = new Map<string, number>();
  const parts = PARTS[set];
  const bays = plan.bays.map((bay, i) => {
    const camera = cameraOf(i);
    const phase = cameras.get(camera) ?? Math.floor(draw() * LOOK_MS);
    cameras.set(camera, phase);
    return new BayWires(bay, plan, { camera, phase, index: i, parts, model, draw, post, onLook: onLook ?? (() => {}) });
  });
  const due = plan.bays.length > 0 && parts.camera ? [...cameras] : [];
  for (const bay of bays) {
    bay.scans();
    bay.die(put);
  }
  return (second) => {
    for (const [device, phase] of due) {
      const at = momentIn(second, phase);
      const alive = bays.find((b) => b.cameraId === device)!.cameraAlive(at ?? second);
      if (at !== null && alive) post.pulled(device, healthOf(bays, device, at), at);
    }
    for (const bay of bays) bay.look(second);
    const arrived = waiting.get(second) ?? [];
    waiting.delete(second);
    return arrived;
  };
}

/** The instant of this phase within a second, if there is one. */
function momentIn(second: Millis, phase: number): Millis | null {
  const at = second - (second % LOOK_MS) + phase;
  return at >= second && at < second + S ? at : null;
}

function healthOf(bays: readonly BayWires[], device: string, at: Millis): string {
  return bays.some((b) => b.cameraId === device && b.isDark(at)) ? 'too-dark' : 'ok';
}

interface Around {
  readonly camera: string;
  readonly phase: number;
  readonly index: number;
  readonly parts: (typeof PARTS)[SensorSet];
  readonly model: ErrorModel;
  readonly draw: Draw;
  readonly post: Post;
  readonly onLook: (look: Look) => void;
}

/** The devices of one bay. */
class BayWires {
  readonly cameraId: string;
  private readonly bay: BayPlan;
  private readonly day: Span;
  private readonly around: Around;
  private readonly faults: { camera: Fault; floor: Fault };
  private readonly trouble: { source: 'camera' | 'floor'; span: Span } | null;
  private readonly phases: { floor: number; lift: number };
  private readonly frozen: { camera: boolean | null; floor: boolean | null } = { camera: null, floor: null };
  private saidCamera: boolean | null = null;
  private seenFloor = false;
  private wrongFloor = false;
  private height = 0;
  private readonly byDistance: boolean;
  private readonly hasLoad: boolean;

  constructor(bay: BayPlan, day: Span, around: Around) {
    const { draw, model, parts } = around;
    this.bay = bay;
    this.day = day;
    this.around = around;
    this.cameraId = around.camera;
    this.faults = { camera: new Fault(draw, model.persists), floor: new Fault(draw, model.persists) };
    this.phases = { floor: Math.floor(draw() * LOOK_MS), lift: Math.floor(draw() * LOOK_MS) };
    this.byDistance = around.index % 2 === 1;
    this.hasLoad = around.index % 4 < 2;
    const has = (['camera', 'floor'] as const).filter((s) => parts[s]);
    const source = has[Math.floor(draw() * has.length)];
    const length = model.dead ? 60 * M : (30 + 90 * draw()) * M;
    const begins = day.from + draw() * (day.to - day.from - length);
    const struck = model.dead || (model.stuck && draw() < 0.5);
    this.trouble = struck && source ? { source, span: { from: begins, to: begins + length } } : null;
  }

  isDark(at: Millis): boolean {
    return inAny(this.bay.dark, at);
  }

  cameraAlive(at: Millis): boolean {
    return !this.isDead('camera', at);
  }

  scans(): void {
    const { parts, post } = this.around;
    for (const stay of this.bay.stays) {
      if (parts.scanner) {
        const device = `scan-${this.bay.bay}`;
        for (const { at, vin } of stay.scans) post.scan(device, 'scan.vin', vin, Math.round(at));
      }
      if (parts.obd && stay.plugged) {
        const { from, to } = stay.plugged;
        const device = `obd-${this.bay.bay}`;
        const begin = Math.round(from);
        post.plain(reading(device, 'obd.vin', stay.vin, begin, { vin: stay.vin }));
        for (let at = begin + 5 * S; at < to; at += 5 * S)
          post.plain(reading(device, 'obd.rpm', at - begin < 3 * M ? 800 : 0, at, { vin: stay.vin }));
      }
    }
  }

  /** A broken line is told by the supervisor, a sensor that lost its power by the last will at the broker. */
  die(put: (at: Millis, delivery: Delivery) => void): void {
    if (!this.around.model.dead || !this.trouble) return;
    const { source, span } = this.trouble;
    const [from, to] = [Math.round(span.from), Math.round(span.to)];
    if (source === 'camera') {
      const word = { kind: 'device', device: this.cameraId, lastSeen: from, reason: null, detail: null } as const;
      put(from + 10 * S, { ...word, at: from + 10 * S, state: 'backoff', life: 1, reason: 'line-lost' });
      put(to, { ...word, at: to, state: 'online', life: 2 });
      return;
    }
    const word = (health: string, at: Millis): Delivery => {
      return { kind: 'reading', reading: reading(`floor-${this.bay.bay}`, 'device.health', health, at) };
    };
    put(from + 20 * S, word('offline', from + 20 * S));
    put(to, word('ok', to));
  }

  look(second: Millis): void {
    const { parts, phase } = this.around;
    if (parts.camera) {
      const at = momentIn(second, phase);
      if (at !== null) this.lookCamera(at);
    }
    if (parts.floor) this.lookFloor(second);
    if (parts.lift) this.lookLift(second);
  }

  private lookCamera(at: Millis): void {
    const { post, camera, onLook } = this.around;
    if (this.isDead('camera', at)) {
      this.saidCamera = null;
      return;
    }
    const seen = this.seen('camera', this.isThere(at), at);
    if (this.isDark(at)) {
      onLook({ at, bay: this.bay.bay, source: 'camera', present: null });
      return;
    }
    // A lost frame is a look that was not had; the next one tells.
    if (post.loses()) return;
    onLook({ at, bay: this.bay.bay, source: 'camera', present: seen });
    if (seen === this.saidCamera) return;
    this.saidCamera = seen;
    post.camera(reading(camera, 'camera.occupied', seen, at, { part: this.bay.bay }));
  }

  private lookFloor(second: Millis): void {
    const look = momentIn(second, this.phases.floor);
    const there = this.isThere(second);
    const turned = there !== this.seenFloor;
    this.seenFloor = there;
    if (look === null && !turned) return;
    const at = look ?? second;
    if (this.isDead('floor', at)) return;
    if (look !== null) this.wrongFloor = this.faults.floor.look(this.share('floor', at));
    const right = there !== this.wrongFloor;
    const seen = this.frozenOr('floor', right, at);
    const { post, onLook } = this.around;
    onLook({ at, bay: this.bay.bay, source: 'floor', present: seen });
    if (this.byDistance) post.sensor(`floor-${this.bay.bay}`, 'floor.distance', this.distance(seen, at), at);
    else post.sensor(`floor-${this.bay.bay}`, 'floor.presence', seen, at);
  }

  private lookLift(second: Millis): void {
    const up = inAny(this.bay.raised, second) ? RAISED_MM : 0;
    const way = up - this.height;
    const moves = way !== 0;
    this.height += Math.sign(way) * Math.min(Math.abs(way), LIFT_SPEED);
    const at = momentIn(second, this.phases.lift) ?? (moves ? second : null);
    if (at === null) return;
    const device = `lift-${this.bay.bay}`;
    this.around.post.sensor(device, 'lift.height', Math.round(this.height), at);
    if (!this.hasLoad) return;
    const carries = this.height > 100 && this.isThere(at);
    this.around.post.sensor(device, 'lift.load', Math.round((carries ? 1_450 : 30) + 20 * this.around.draw()), at);
  }

  private distance(present: boolean, at: Millis): number {
    const { draw, model } = this.around;
    const run = model.drifts ? ((at - this.day.from) / (this.day.to - this.day.from)) * 700 : 0;
    return Math.round((present ? 650 : 2_400) + 60 * (draw() - 0.5) + run);
  }

  private seen(source: 'camera' | 'floor', there: boolean, at: Millis): boolean {
    const wrong = this.faults[source].look(this.share(source, at));
    return this.frozenOr(source, there !== wrong, at);
  }

  private frozenOr(source: 'camera' | 'floor', seen: boolean, at: Millis): boolean {
    const t = this.trouble;
    if (!this.around.model.stuck || t?.source !== source || at < t.span.from || at >= t.span.to) return seen;
    this.frozen[source] ??= seen;
    return this.frozen[source];
  }

  private share(source: 'camera' | 'floor', at: Millis): number {
    const day = Math.min(1, Math.max(0, (at - this.day.from) / (this.day.to - this.day.from)));
    const grown = this.around.model.drifts ? 1 + 7 * day : 1;
    return WRONG[source] * grown * (source === 'camera' && inAny(this.bay.unclear, at) ? 3 : 1);
  }

  private isDead(source: 'camera' | 'floor', at: Millis): boolean {
    const t = this.trouble;
    return this.around.model.dead === true && t?.source === source && at >= t.span.from && at < t.span.to;
  }

  private isThere(at: Millis): boolean {
    return inAny(this.bay.stays, at);
  }
}

function inAny(spans: readonly Span[], at: Millis): boolean {
  for (const s of spans) if (at >= s.from && at < s.to) return true;
  return false;
}

/** Carries messages, and loses, doubles and delays some. */
class Post {
  private readonly model: ErrorModel;
  private readonly draw: Draw;
  private readonly put: (at: Millis, delivery: Delivery) => void;
  private readonly clocks = new Map<string, number>();
  /** When the last message of a queue arrives. */
  private readonly queues = new Map<string, Millis>();

  constructor(model: ErrorModel, draw: Draw, put: (at: Millis, delivery: Delivery) => void) {
    this.model = model;
    this.draw = draw;
    this.put = put;
  }

  loses(): boolean {
    return this.draw() < (this.model.lost ?? 0);
  }

  plain(r: Reading): void {
    this.put(r.at, { kind: 'reading', reading: r });
  }

  /**
   * The camera's time of an event is set right by its driver; what is older than a minute would not be believed. A camera
   * keeps its events in a queue that is pulled over one connection [ONVIF Core, PullMessages]: one that is late holds up
   * those behind it, and none overtakes another.
   */
  camera(r: Reading): void {
    this.carry((arrival) => ({ ...r, at: arrival - r.at > M ? arrival : r.at }), r.at, r.device);
  }

  /** A pull completes when all that was queued before has come. */
  pulled(device: string, health: string, at: Millis): void {
    const arrival = Math.max(at, this.queues.get(device) ?? 0);
    this.put(arrival, { kind: 'reading', reading: reading(device, 'device.health', health, arrival) });
  }

  /**
   * A scan is dated when it arrives: scanners have no clock. The wall says each scan back; when it does not, most people
   * scan again.
   */
  scan(device: string, signal: SignalName, text: string, first: Millis): void {
    let at = first;
    while (this.loses()) {
      if (this.draw() < OVERLOOKED) return;
      at += Math.round(4 * S + 6 * S * this.draw());
    }
    this.put(at, { kind: 'reading', reading: reading(device, signal, text, at) });
    if (this.draw() < (this.model.doubled ?? 0))
      this.put(at + S, { kind: 'reading', reading: reading(device, signal, text, at + S) });
  }

  /** A sensor dates its messages where it has a clock; else the time of receipt stands for it. */
  sensor(device: string, signal: SignalName, value: number | boolean, at: Millis): void {
    if (this.loses()) return;
    const clock = this.model.clocks ? this.clockOf(device) : this.model.late ? 0 : null;
    this.carry((arrival) => {
      const time = believedTime(clock === null ? {} : { at: at + clock }, arrival);
      return typeof time === 'string' ? null : reading(device, signal, value, time.at, { late: time.late });
    }, at);
  }

  /** @param queue what is put into the same queue arrives in the order in which it was sent */
  private carry(made: (arrival: Millis) => Reading | null, at: Millis, queue: string | null = null): void {
    const { late = 0, doubled = 0 } = this.model;
    const delay = this.draw() < late ? (this.draw() < 0.9 ? 2 * S + 43 * S * this.draw() : M + 4 * M * this.draw()) : 0;
    const before = queue === null ? 0 : (this.queues.get(queue) ?? 0);
    const arrivals = [Math.max(before, at + Math.round(delay))];
    if (this.draw() < doubled) arrivals.push(arrivals[0]! + Math.round(10 * S * this.draw()));
    if (queue !== null) this.queues.set(queue, arrivals.at(-1)!);
    for (const arrival of arrivals) {
      const r = made(arrival);
      if (r) this.put(arrival, { kind: 'reading', reading: r });
    }
  }

  private clockOf(device: string): number {
    const known = this.clocks.get(device);
    if (known !== undefined) return known;
    const offset = Math.round((2 * this.draw() - 1) * 5 * M);
    this.clocks.set(device, offset);
    return offset;
  }
}
