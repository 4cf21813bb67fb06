import { itemValue, type Notification, objectOf, ruleOf, stateOf } from './message.ts';

/**
 * Is a car inside a camera's rule? Two semantics are in the field, told apart by the message's Key:
 * one property per object (Core), or one aggregate "any object" (Analytics, 2026). See the field notes on cameras, 3.
 */
export interface CameraOccupancy {
  /** Counts the subscriptions: what was said under an older one is memory, not knowledge. */
  readonly generation: number;
  /** By source tokens and rule. */
  readonly slots: ReadonlyMap<string, Slot>;
}

interface Slot {
  readonly rule: string;
  /** Fixed at first sight. */
  readonly mode: 'objects' | 'aggregate';
  /** The generation of its last message. */
  readonly heard: number;
  readonly any: boolean | null;
  readonly objects: ReadonlyMap<string, { readonly inside: boolean; readonly seen: number }>;
}

/** Why a message changed nothing; null when it was understood. */
export type Oddity = 'odd-value' | 'mixed-semantics' | 'too-many' | null;

export const NO_OCCUPANCY: CameraOccupancy = { generation: 0, slots: new Map() };

const MOST_OBJECTS = 1_000;
const MOST_SLOTS = 256;

/** A new subscription: every rule is unknown until it speaks again; silence proves nothing. */
export function begin(state: CameraOccupancy): CameraOccupancy {
  return { ...state, generation: state.generation + 1 };
}

/**
 * Objects, and whole rules, that the new subscription did not announce again are gone. To be called 10 s after `begin`.
 */
export function sweep(state: CameraOccupancy): CameraOccupancy {
  const slots = [...state.slots]
    .filter(([, slot]) => slot.heard === state.generation)
    .map(([key, slot]) => {
      const objects = new Map([...slot.objects].filter(([, o]) => o.seen === state.generation));
      return [key, { ...slot, objects }] as const;
    });
  return { ...state, slots: new Map(slots) };
}

/** Takes one notification of an occupancy topic. `Initialized` is a state like any other, not a transition. */
export function hear(state: CameraOccupancy, n: Notification): { state: CameraOccupancy; oddity: Oddity } {
  const rule = ruleOf(n);
  const key = JSON.stringify([rule, ...n.source.map((i) => `${i.name}=${i.value}`).sort()]);
  const mode = n.key.length > 0 ? 'objects' : 'aggregate';
  const old = state.slots.get(key);
  if (old && old.mode !== mode) return { state, oddity: 'mixed-semantics' };
  if (!old && state.slots.size >= MOST_SLOTS) return { state, oddity: 'too-many' };
  const slot = old ?? { rule, mode, heard: 0, any: null, objects: new Map() };
  const next = mode === 'objects' ? hearObject(slot, n, state.generation) : hearAggregate(slot, n, state.generation);
  if (typeof next === 'string') return { state, oddity: next };
  return { state: { ...state, slots: new Map(state.slots).set(key, next) }, oddity: null };
}

function hearAggregate(slot: Slot, n: Notification, generation: number): Slot | 'odd-value' {
  // The property itself is gone: the rule was removed or switched off.
  if (n.operation === 'Deleted') return { ...slot, heard: generation, any: null };
  const inside = insideOf(n);
  if (inside === null) return 'odd-value';
  // A person says nothing of the car beside, unless the property lists the classes of all that is there.
  if (inside && !mayBeCar(n) && !listsClasses(n))
    return { ...slot, heard: generation, any: slot.heard === generation ? slot.any : null };
  return { ...slot, heard: generation, any: inside && mayBeCar(n) };
}

function hearObject(slot: Slot, n: Notification, generation: number): Slot | 'odd-value' | 'too-many' {
  const id = objectOf(n) ?? '';
  const objects = new Map(slot.objects);
  if (n.operation === 'Deleted') {
    objects.delete(id);
    return { ...slot, heard: generation, objects };
  }
  const inside = insideOf(n);
  if (inside === null) return 'odd-value';
  if (!objects.has(id) && objects.size >= MOST_OBJECTS) return 'too-many';
  objects.set(id, { inside: inside && mayBeCar(n), seen: generation });
  return { ...slot, heard: generation, objects };
}

function listsClasses(n: Notification): boolean {
  return n.topic.endsWith('ObjectDetection/Object');
}

/** ObjectDetection/Object has no state item: its class list is empty when nothing is there. */
function insideOf(n: Notification): boolean | null {
  const state = stateOf(n);
  if (state !== null || !listsClasses(n)) return state;
  const classes = classesOf(n);
  return classes === null ? null : classes.length > 0;
}

const CLASS_NAMES = ['ClassTypes', 'ClassType', 'ObjectClass', 'Class'];
/** Classes that are no car. Others (`Vehicle`, `Car`, a vendor's own word) are let through, and so is none at all. */
const NO_CAR = ['human', 'humanface', 'person', 'people', 'face', 'animal', 'bicycle', 'bike', 'licenseplate'];

function classesOf(n: Notification): string[] | null {
  const text = itemValue(n.data, ...CLASS_NAMES);
  return text === null ? null : text.split(/[\s,;]+/).filter((c) => c !== '');
}

function mayBeCar(n: Notification): boolean {
  const classes = classesOf(n);
  return classes === null || classes.length === 0 || classes.some((c) => !NO_CAR.includes(c.toLowerCase()));
}

/** Is the rule occupied? Null: not known, because it did not speak under this subscription or said so itself. */
export function occupied(state: CameraOccupancy, rule: string): boolean | null {
  const votes = [...state.slots.values()].filter((s) => s.rule === rule).map((s) => slotOccupied(s, state.generation));
  if (votes.length === 0) return null;
  if (votes.includes(true)) return true;
  return votes.includes(null) ? null : false;
}

function slotOccupied(slot: Slot, generation: number): boolean | null {
  if (slot.heard !== generation) return null;
  if (slot.mode === 'aggregate') return slot.any;
  const inside = [...slot.objects.values()].filter((o) => o.inside);
  if (inside.some((o) => o.seen === generation)) return true;
  return inside.length > 0 ? null : false;
}
