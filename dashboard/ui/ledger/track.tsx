import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  type SyntheticEvent,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';
import { useCodes } from '../i18n.ts';
import { useDuration } from '../time.ts';
import { useLedger } from './place.ts';
import type { Piece, Span } from './spans.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

export interface Anchor {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}
/** How a piece came to be shown: it was pointed at, it holds the focus, or somebody chose it. */
type How = 'pointed' | 'focused' | 'chosen';

export interface TrackProps {
  readonly bay: string;
  /** Its place from above. */
  readonly row: number;
  readonly pieces: readonly Piece[];
  readonly day: LedgerDay;
  readonly view: Span;
  readonly width: number;
  readonly now: Millis;
  readonly closed: readonly Span[];
  readonly chosen: string | null;
  readonly onShow: (piece: Piece, anchor: Anchor, how: How) => void;
  readonly onLeave: () => void;
  readonly onRange: (bay: string, span: Span) => void;
  /** Goes to another row, from the piece in the middle of this time. */
  readonly onRow: (row: number, at: Millis) => void;
}

/** Under this a pointer that went down and up has clicked, not dragged. */
const DRAG_PX = 6;
/** An edge within this is meant. */
const SNAP_PX = 5;
/** A piece that is too thin to be hit is hit beside it. */
const NEAR_PX = 4;

export const keyOf = (p: Piece) => `${p.bay} ${p.interval} ${p.from}`;

/** One bay's day. Arrow keys go from piece to piece and from bay to bay; the whole row is one stop of the Tab key. */
export const Track = memo(function Track(props: TrackProps) {
  const { bay, row, pieces, day, view, width, onShow, onLeave, onRange, onRow } = props;
  const t = useLedgerWords();
  const { bayName } = useLedger();
  const box = useRef<HTMLFieldSetElement>(null);
  const [stop, setStop] = useState<Millis | null>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const scale = width / (view.to - view.from);
  const shown = useMemo(() => pieces.filter((p) => p.to > view.from && p.from < view.to), [pieces, view]);
  const x = (at: Millis) => Math.min(width, Math.max(0, (at - view.from) * scale));
  /** Where the Tab key comes in: the piece that was last left, else the newest. */
  const current = shown.find((p) => stop !== null && p.from <= stop && stop < p.to) ?? shown.at(-1);

  const anchorOf = (px: number): Anchor => {
    const { left, top, bottom } = box.current!.getBoundingClientRect();
    return { x: left + px, top, bottom };
  };
  const pieceAt = (px: number): Piece | null => {
    const at = view.from + px / scale;
    // The thin ones first: a wide neighbour is easy to hit elsewhere.
    const near = shown
      .filter((p) => x(p.from) - NEAR_PX <= px && px <= x(p.to) + NEAR_PX && (p.to - p.from) * scale < 2 * NEAR_PX)
      .sort((a, b) => a.to - a.from - (b.to - b.from))[0];
    return near ?? shown.find((p) => p.from <= at && at < p.to) ?? null;
  };
  const pxOf = (e: PointerEvent) => e.clientX - box.current!.getBoundingClientRect().left;
  const timeAt = (px: number): Millis => {
    const at = Math.round((view.from + px / scale) / 1_000) * 1_000;
    const edges = pieces.flatMap((p) => [p.from, p.to]).filter((edge) => Math.abs(edge - at) * scale <= SNAP_PX);
    const nearest = edges.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    return Math.min(nearest ?? at, Math.floor(day.until / 1_000) * 1_000);
  };

  const pressed = useRef<number | null>(null);
  const onPointerDown = (e: PointerEvent) => {
    // A finger scrolls; a mouse or a pen draws.
    if (e.button !== 0 || e.pointerType === 'touch') return;
    pressed.current = pxOf(e);
  };
  const onPointerMove = (e: PointerEvent) => {
    if (e.pointerType === 'touch') return;
    const px = pxOf(e);
    if (pressed.current !== null && (drag || Math.abs(px - pressed.current) > DRAG_PX)) {
      if (!drag) box.current!.setPointerCapture(e.pointerId);
      setDrag({ from: Math.min(px, pressed.current), to: Math.max(px, pressed.current) });
      onLeave();
      return;
    }
    const piece = pieceAt(px);
    if (piece) onShow(piece, anchorOf(px), 'pointed');
    else onLeave();
  };
  const onPointerUp = () => {
    pressed.current = null;
    if (!drag) return;
    setDrag(null);
    const span = { from: timeAt(drag.from), to: timeAt(drag.to) };
    if (span.from < span.to) onRange(bay, span);
  };
  const middleOf = (p: Piece) => (x(p.from) + x(p.to)) / 2;
  const ownPiece = (e: SyntheticEvent) =>
    shown.find((p) => String(p.from) === (e.target as HTMLElement).closest('button')?.dataset.from);
  const onClick = (e: MouseEvent) => {
    // A key presses a button at no place: its own piece is meant.
    const px = e.detail === 0 ? null : e.clientX - box.current!.getBoundingClientRect().left;
    const piece = px === null ? ownPiece(e) : pieceAt(px);
    if (!piece) return;
    setStop(piece.from);
    onShow(piece, anchorOf(px ?? middleOf(piece)), 'chosen');
  };
  const onFocus = (e: FocusEvent) => {
    const piece = ownPiece(e);
    if (!piece) return;
    setStop(piece.from);
    if (e.target.matches(':focus-visible')) onShow(piece, anchorOf(middleOf(piece)), 'focused');
  };
  const focusOn = (piece: Piece | undefined) => {
    if (!piece) return;
    setStop(piece.from);
    box.current?.querySelector<HTMLElement>(`[data-from="${piece.from}"]`)?.focus();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const i = current ? shown.indexOf(current) : -1;
    const middle = current ? (Math.max(current.from, view.from) + Math.min(current.to, view.to)) / 2 : view.from;
    if (e.key === 'ArrowRight') focusOn(shown[i + 1]);
    else if (e.key === 'ArrowLeft') focusOn(shown[i - 1]);
    else if (e.key === 'Home') focusOn(shown[0]);
    else if (e.key === 'End') focusOn(shown.at(-1));
    else if (e.key === 'ArrowUp') onRow(row - 1, middle);
    else if (e.key === 'ArrowDown') onRow(row + 1, middle);
    else if (e.key === 'Escape') onLeave();
    else return;
    e.preventDefault();
  };

  return (
    <fieldset
      ref={box}
      className="track"
      data-bay={bay}
      aria-label={t('row', { bay: bayName(bay), count: shown.length })}
      style={{ width }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        pressed.current = null;
        setDrag(null);
      }}
      onPointerLeave={() => !drag && onLeave()}
      onClick={onClick}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
    >
      <Ground {...props} x={x} />
      {shown.map((p) => (
        <PieceButton
          key={keyOf(p)}
          piece={p}
          left={x(p.from)}
          right={x(p.to)}
          isStop={p === current}
          isChosen={props.chosen === keyOf(p)}
        />
      ))}
      {drag && <span className="track-drag" style={{ left: drag.from, width: drag.to - drag.from }} />}
    </fieldset>
  );
});

/** What lies below the pieces: closed hours, what is not told, what is still to come. */
function Ground({ day, view, now, closed, x }: TrackProps & { readonly x: (at: Millis) => number }) {
  const stripe = (from: Millis, to: Millis, className: string) =>
    to > view.from && from < view.to && from < to ? (
      <span key={`${className} ${from}`} className={className} style={{ left: x(from), width: x(to) - x(from) }} />
    ) : null;
  const present = Math.max(day.until, Math.min(now, day.to));
  return (
    <>
      {stripe(day.from, day.until, 'track-missing')}
      {stripe(day.until, present, 'track-silent')}
      {closed.map((s) => stripe(s.from, s.to, 'track-closed'))}
    </>
  );
}

/** About how wide a text is at 11 px: a Chinese character is as wide as it is high. */
function widthOf(text: string): number {
  return [...text].reduce((n, c) => n + (c > '\u2e7f' ? 11.5 : 6.6), 0);
}

const PieceButton = memo(function PieceButton(props: {
  readonly piece: Piece;
  readonly left: number;
  readonly right: number;
  readonly isStop: boolean;
  readonly isChosen: boolean;
}) {
  const { piece: p, left, right, isStop, isChosen } = props;
  const t = useLedgerWords();
  const code = useCodes();
  const times = useZoned();
  const duration = useDuration();
  const room = right - left - 8;
  const short = t(`short.${p.leaf}`);
  const letter = t(`letter.${p.leaf}`);
  const label = room >= widthOf(short) ? short : room >= widthOf(letter) - 2 ? letter : '';
  const marks = [
    ...(p.by === 'person' ? [t('byHand')] : []),
    ...(p.by === 'engine' && p.version > 1 ? [t('amended')] : []),
  ];
  const name = t('piece.label', {
    what: [code(`leaf.${p.leaf}`), ...marks].join(' · '),
    from: times.seconds(p.from),
    to: times.seconds(p.to),
    duration: duration(p.to - p.from),
  });
  return (
    <button
      type="button"
      className="piece leaf"
      data-leaf={p.leaf}
      data-from={p.from}
      data-open={p.open}
      data-by={p.by}
      aria-label={name}
      aria-pressed={isChosen}
      tabIndex={isStop ? 0 : -1}
      style={{ left, width: Math.max(1, right - left) }}
    >
      {label && <i data-label={label} />}
    </button>
  );
});
