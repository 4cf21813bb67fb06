import { type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import type { SiteBay } from '../../../protocols/api/camera.ts';
import type { Outline } from '../../../protocols/outline.ts';
import type { Drawing } from './draft.ts';
import type { Picture } from './shown.ts';
import { useCameraWords } from './words.ts';

/** The picture with the outlines of its bays; while one is drawn, with corners to take hold of. */
export function Stage(props: {
  readonly picture: Picture;
  readonly bays: readonly SiteBay[];
  readonly chosen: string;
  readonly drawing: Drawing;
  readonly isOld: boolean;
  /** What stands in front of the picture. */
  readonly children: ReactNode;
}) {
  const { picture, bays, chosen, drawing, isOld } = props;
  const t = useCameraWords();
  const box = useRef<HTMLDivElement>(null);
  const { draft } = drawing;
  const place = (e: { clientX: number; clientY: number }): [number, number] => {
    const r = box.current!.getBoundingClientRect();
    return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height];
  };
  return (
    <div
      ref={box}
      className={`stage${isOld ? ' stage-old' : ''}${draft ? ' stage-drawing' : ''}`}
      style={{ aspectRatio: `${picture.width} / ${picture.height}` }}
      data-frame={picture.frame}
    >
      <img src={picture.url} alt={t('picture.alt')} draggable={false} />
      {/* The keyboard has "add a corner" beside the picture. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above. */}
      <div className="stage-lines" onClick={(e) => draft && drawing.add(...place(e))}>
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {bays.map(({ bay, outline }) =>
            outline && !(draft && bay === chosen) ? (
              <Line key={bay} corners={outline} className={bay === chosen ? 'line line-chosen' : 'line'} />
            ) : null,
          )}
          {draft && <Line corners={draft.corners} className="line line-draft" />}
        </svg>
        {bays.map(({ bay, name, outline }) =>
          outline && !draft ? (
            <span key={bay} className="stage-name" data-chosen={bay === chosen} style={above(outline)}>
              {name}
            </span>
          ) : null,
        )}
      </div>
      {draft?.corners.map((corner, i) => (
        // Corners have no name but their place in the list.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <Corner key={i} index={i} corner={corner} drawing={drawing} place={place} />
      ))}
      {props.children}
    </div>
  );
}

/** Drawn twice, dark under bright: it stands out from any picture. */
function Line({ corners, className }: { readonly corners: Outline; readonly className: string }) {
  const points = corners.map((c) => c.join(',')).join(' ');
  return (
    <g className={className}>
      <polygon points={points} className="line-under" vectorEffect="non-scaling-stroke" />
      <polygon points={points} className="line-over" vectorEffect="non-scaling-stroke" />
    </g>
  );
}

function above(outline: Outline): { left: string; top: string } {
  const [x, y] = outline.reduce((top, c) => (c[1] < top[1] ? c : top));
  return { left: `${100 * Math.min(0.8, x)}%`, top: `${100 * y}%` };
}

const STEP = 0.005;
const LEAP = 0.05;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function Corner(props: {
  readonly index: number;
  readonly corner: readonly [number, number];
  readonly drawing: Drawing;
  readonly place: (e: PointerEvent) => [number, number];
}) {
  const { index, corner, drawing, place } = props;
  const [x, y] = corner;
  const t = useCameraWords();
  const button = useRef<HTMLButtonElement>(null);
  const drag = useRef<{ dx: number; dy: number; moved: boolean } | null>(null);
  const isChosen = drawing.draft?.chosen === index;
  useEffect(() => {
    if (isChosen) button.current?.focus({ preventScroll: true });
  }, [isChosen]);

  const onPointerDown = (e: PointerEvent) => {
    const [px, py] = place(e);
    // A finger rarely meets the middle: the corner does not jump under it.
    drag.current = { dx: x - px, dy: y - py, moved: false };
    e.currentTarget.setPointerCapture(e.pointerId);
    drawing.choose(index);
  };
  const onPointerMove = (e: PointerEvent) => {
    const held = drag.current;
    if (!held) return;
    const [px, py] = place(e);
    drawing.move(index, px + held.dx, py + held.dy, !held.moved);
    held.moved = true;
  };
  const percent = (n: number) => Math.round(100 * n);
  return (
    <button
      ref={button}
      type="button"
      className="corner"
      data-chosen={isChosen}
      style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
      aria-label={t('draw.corner', { n: index + 1, x: percent(x), y: percent(y) })}
      onFocus={() => drawing.draft?.chosen !== index && drawing.choose(index)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onKeyDown={(e) => {
        const arrow = ARROWS[e.key];
        if (arrow)
          drawing.move(
            index,
            x + arrow[0] * (e.shiftKey ? LEAP : STEP),
            y + arrow[1] * (e.shiftKey ? LEAP : STEP),
            true,
          );
        else if (e.key === 'Delete' || e.key === 'Backspace') drawing.drop(index);
        else return;
        e.preventDefault();
      }}
    />
  );
}
