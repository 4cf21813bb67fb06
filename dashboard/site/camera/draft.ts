import { useCallback, useState } from 'react';
import { MOST_CORNERS, type Outline } from '../../../protocols/outline.ts';

/** An outline while it is drawn. Never changed in place. */
export interface Draft {
  readonly corners: Outline;
  /** Which corner is worked on; null: none. */
  readonly chosen: number | null;
  /** What undoing goes back to, oldest first. */
  readonly past: readonly Outline[];
  /** The bay as it was when drawing began: of two who draw, the second is told. */
  readonly revision: number;
}

/** Drafts outlive their page: somebody whose session ends in the middle finds the corners again. In memory alone. */
const drafts = new Map<string, Draft>();
const MOST_PAST = 100;

const clip = (n: number) => Math.round(Math.min(1, Math.max(0, n)) * 10_000) / 10_000;

export function useDraft(key: string) {
  const [, redraw] = useState(0);
  const draft = drafts.get(key) ?? null;
  const set = useCallback(
    (next: Draft | null) => {
      if (next) drafts.set(key, next);
      else drafts.delete(key);
      redraw((n) => n + 1);
    },
    [key],
  );
  const step = (corners: Outline, chosen: number | null) => {
    const now = drafts.get(key);
    if (now) set({ ...now, corners, chosen, past: [...now.past, now.corners].slice(-MOST_PAST) });
  };
  return {
    draft,
    begin: (corners: Outline, revision: number) => set({ corners, chosen: null, past: [], revision }),
    end: () => set(null),
    choose: (chosen: number | null) => draft && set({ ...draft, chosen }),
    /** Puts a corner where it belongs: into the nearest edge. */
    add: (x: number, y: number) => {
      if (!draft || draft.corners.length >= MOST_CORNERS) return;
      const at = placeFor(draft.corners, x, y);
      step(draft.corners.toSpliced(at, 0, [clip(x), clip(y)]), at);
    },
    /** Adds a corner in the middle of the edge that follows the chosen corner, or of the longest. */
    split: () => {
      if (!draft || draft.corners.length < 2 || draft.corners.length >= MOST_CORNERS) return;
      const { corners } = draft;
      const from = draft.chosen ?? longestEdge(corners);
      const [[ax, ay], [bx, by]] = [corners[from]!, corners[(from + 1) % corners.length]!];
      step(corners.toSpliced(from + 1, 0, [clip((ax + bx) / 2), clip((ay + by) / 2)]), from + 1);
    },
    /** Moves a corner; all moves of one drag are one step back. */
    move: (i: number, x: number, y: number, isFirst: boolean) => {
      const now = drafts.get(key);
      if (!now?.corners[i]) return;
      const corners = now.corners.with(i, [clip(x), clip(y)]);
      if (isFirst) step(corners, i);
      else set({ ...now, corners, chosen: i });
    },
    drop: (i: number) => {
      if (!draft?.corners[i]) return;
      const corners = draft.corners.toSpliced(i, 1);
      step(corners, corners.length === 0 ? null : Math.max(0, i - 1));
    },
    restart: (corners: Outline) => step(corners, null),
    undo: () => {
      const before = draft?.past.at(-1);
      if (draft && before) set({ ...draft, corners: before, chosen: null, past: draft.past.slice(0, -1) });
    },
  };
}
export type Drawing = ReturnType<typeof useDraft>;

/** Where in the list a new corner goes so that the outline is bent least; at the end of fewer than three. */
function placeFor(corners: Outline, x: number, y: number): number {
  if (corners.length < 3) return corners.length;
  let best = corners.length;
  let least = Infinity;
  for (let i = 0; i < corners.length; i += 1) {
    const d = distanceTo(corners[i]!, corners[(i + 1) % corners.length]!, x, y);
    if (d < least) [least, best] = [d, i + 1];
  }
  return best;
}

function distanceTo([ax, ay]: Outline[number], [bx, by]: Outline[number], x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

function longestEdge(corners: Outline): number {
  const length = (i: number) => {
    const [[ax, ay], [bx, by]] = [corners[i]!, corners[(i + 1) % corners.length]!];
    return Math.hypot(bx - ax, by - ay);
  };
  return corners.reduce((best, _, i) => (length(i) > length(best) ? i : best), 0);
}
