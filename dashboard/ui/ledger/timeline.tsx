import { MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import type { Leaf } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { useLocale } from '../i18n.ts';
import type { Chosen } from './correct.tsx';
import { dayName } from './dates.ts';
import { EvidenceCard } from './evidence.tsx';
import { Legend } from './leaf.tsx';
import { useLedger } from './place.ts';
import { openHours, type Piece, type Span, ticksOf, viewOf, without } from './spans.ts';
import { useZoned } from './times.ts';
import { type Anchor, keyOf, Track } from './track.tsx';
import { useLedgerWords } from './words.ts';

interface Shown {
  readonly key: string;
  readonly piece: Piece;
  readonly anchor: Anchor;
  readonly pinned: boolean;
}

const MOST_ZOOM = 32;
/** The pointer may pass a gap on its way into the card. */
const LINGER_MS = 180;

/** Every bay's day, one row each. */
export function DayTimeline(props: {
  readonly day: LedgerDay;
  readonly now: Millis;
  /** Somebody wants to put this right. */
  readonly onCorrect: (chosen: Chosen) => void;
}) {
  const { day, now, onCorrect } = props;
  const t = useLedgerWords();
  const [locale] = useLocale();
  const { bayName } = useLedger();
  const [whole, setWhole] = useState(false);
  const [zoom, setZoom] = useState(1);
  const [shown, setShown] = useState<Shown | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [scroller, room] = useRoom();

  const first = viewOf(day);
  // An answer every few seconds must not move the picture by a pixel while its bounds are the same.
  const view = useMemo<Span>(
    () => (whole ? { from: day.from, to: day.to } : { from: first.from, to: first.to }),
    [whole, day.from, day.to, first.from, first.to],
  );
  const closed = useMemo(() => without(day, openHours(day.bays)).filter((s) => s.from < day.until), [day]);
  const width = Math.max(room, 640) * zoom;
  useKeptMiddle(scroller, width, view, Math.min(now, day.until));

  const hide = useCallback(() => {
    clearTimeout(leaving.current);
    leaving.current = setTimeout(() => setShown((s) => (s?.pinned ? s : null)), LINGER_MS);
  }, []);
  useEffect(() => () => clearTimeout(leaving.current), []);
  const close = () => {
    const key = shown?.piece;
    setShown(null);
    if (key) focusPiece(rows.current, key.bay, key.from);
  };
  // Stable, so that a pointer on its way over one row draws no other row anew.
  const show = useCallback((piece: Piece, anchor: Anchor, how: 'pointed' | 'focused' | 'chosen') => {
    clearTimeout(leaving.current);
    const next = { key: keyOf(piece), piece, anchor, pinned: how === 'chosen' };
    setShown((old) => (old?.pinned && !next.pinned ? old : next));
  }, []);
  const latest = useRef({ bays: day.bays, onCorrect });
  latest.current = { bays: day.bays, onCorrect };
  const range = useCallback((bay: string, span: Span) => latest.current.onCorrect({ bay, ...span }), []);
  const goToRow = useCallback((row: number, at: Millis) => {
    const next = latest.current.bays[row];
    const piece = next?.pieces.find((p) => p.from <= at && at < p.to) ?? next?.pieces.at(-1);
    if (piece) focusPiece(rows.current, piece.bay, piece.from);
  }, []);
  const pinned = shown?.pinned ? shown.key : null;
  useEffect(() => {
    if (pinned !== null) card.current?.focus({ preventScroll: true });
  }, [pinned]);

  // What is shown follows the newest word on it; a piece that was told away closes its card.
  const newest = shown && day.bays.find((b) => b.bay === shown.piece.bay)?.pieces.find((p) => keyOf(p) === shown.key);
  const leaves = new Set<Leaf>(day.bays.flatMap((b) => b.pieces.map((p) => p.leaf)));

  return (
    <section className="card bays-day" aria-label={t('timeline', { day: dayName(day.day, locale) })}>
      <div className="bays-tools">
        <p className="quiet small bays-help">{t('help')}</p>
        <p className="quiet small bays-help-touch">{t('helpTouch')}</p>
        <Segmented
          aria-label={t('scope')}
          size="small"
          value={whole ? 'whole' : 'open'}
          onChange={(v) => setWhole(v === 'whole')}
          options={[
            { value: 'open', label: t('openHours') },
            { value: 'whole', label: t('whole') },
          ]}
        />
        <fieldset className="bays-zoom" aria-label={t('zoom')}>
          <Button
            size="small"
            icon={<MinusOutlined />}
            aria-label={t('zoomOut')}
            disabled={zoom === 1}
            onClick={() => setZoom(zoom / 2)}
          />
          <Button
            size="small"
            icon={<PlusOutlined />}
            aria-label={t('zoomIn')}
            disabled={zoom === MOST_ZOOM}
            onClick={() => setZoom(zoom * 2)}
          />
        </fieldset>
      </div>
      <div className="bays-names" aria-hidden="true">
        <span className="bays-corner" />
        {day.bays.map((b) => (
          <span key={b.bay} title={bayName(b.bay)}>
            {bayName(b.bay)}
          </span>
        ))}
      </div>
      <div className="bays-scroll" ref={scroller}>
        <div className="bays-tracks" ref={rows} style={{ width }}>
          <Axis day={day} view={view} width={width} now={now} open={openHours(day.bays)} />
          {day.bays.map((b, row) => (
            <div key={b.bay} className="bays-row">
              <span className="bays-row-name" aria-hidden="true">
                {bayName(b.bay)}
              </span>
              <Track
                bay={b.bay}
                row={row}
                pieces={b.pieces}
                day={day}
                view={view}
                width={width}
                now={Math.floor(now / 15_000) * 15_000}
                closed={closed}
                chosen={pinned}
                onShow={show}
                onLeave={hide}
                onRange={range}
                onRow={goToRow}
              />
            </div>
          ))}
          <NowLine day={day} view={view} width={width} now={now} />
        </div>
      </div>
      <Legend shown={leaves} />
      {shown && newest && (
        <EvidenceCard
          piece={newest}
          day={day.day}
          until={day.until}
          corrections={day.corrections}
          anchor={shown.anchor}
          pinned={shown.pinned}
          box={card}
          onStay={(inside) => (inside ? clearTimeout(leaving.current) : hide())}
          onClose={close}
          onCorrect={() => {
            setShown(null);
            onCorrect(newest);
          }}
        />
      )}
    </section>
  );
}

function focusPiece(rows: HTMLElement | null, bay: string, from: Millis): void {
  const row = rows?.querySelector(`[data-bay="${CSS.escape(bay)}"]`);
  row?.querySelector<HTMLElement>(`[data-from="${from}"]`)?.focus();
}

/** The width that there is for the rows. */
function useRoom(): [React.RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const node = box.current;
    if (!node) return;
    const watch = new ResizeObserver(() => setRoom(node.clientWidth));
    watch.observe(node);
    setRoom(node.clientWidth);
    return () => watch.disconnect();
  }, []);
  return [box, room];
}

/** What stood in the middle stays there when the scale changes; at first it is the newest. */
function useKeptMiddle(
  scroller: React.RefObject<HTMLDivElement | null>,
  width: number,
  view: Span,
  newest: Millis,
): void {
  const before = useRef<{ width: number; view: Span } | null>(null);
  useLayoutEffect(() => {
    const node = scroller.current;
    if (!node || node.clientWidth === 0) return;
    const old = before.current;
    if (old && old.width === width && old.view === view) return;
    before.current = { width, view };
    const scale = (w: number, v: Span) => w / (v.to - v.from);
    const middle =
      old === null ? newest : old.view.from + (node.scrollLeft + node.clientWidth / 2) / scale(old.width, old.view);
    node.scrollLeft = (middle - view.from) * scale(width, view) - node.clientWidth / 2;
  }, [scroller, width, view, newest]);
}

interface AxisProps {
  readonly day: LedgerDay;
  readonly view: Span;
  readonly width: number;
  readonly now: Millis;
}

/** Hours, and where the workshop opens, rests and closes. */
function Axis({ day, view, width, open }: AxisProps & { readonly open: readonly Span[] }) {
  const t = useLedgerWords();
  const { clock } = useZoned();
  const scale = width / (view.to - view.from);
  const x = (at: Millis) => (at - view.from) * scale;
  const breaks = open.slice(1).map((s, i) => ({ from: open[i]!.to, to: s.from }));
  return (
    <div className="bays-axis num" aria-hidden="true">
      {ticksOf(view, day.from, width).map((at) => (
        <span key={at} className="bays-tick" style={{ left: x(at) }} data-edge={at === view.to ? 'end' : undefined}>
          {clock(at)}
        </span>
      ))}
      {open.map((s) => (
        <span
          key={s.from}
          className="bays-open"
          title={`${t('opens', { time: clock(s.from) })}, ${t('closes', { time: clock(s.to) })}`}
          style={{
            left: x(Math.max(s.from, view.from)),
            width: x(Math.min(s.to, view.to)) - x(Math.max(s.from, view.from)),
          }}
        />
      ))}
      {breaks
        .filter((b) => b.from >= view.from && b.to <= view.to && x(b.to) - x(b.from) > 34)
        .map((b) => (
          <span key={b.from} className="bays-break" style={{ left: x(b.from), width: x(b.to) - x(b.from) }}>
            {t('break')}
          </span>
        ))}
    </div>
  );
}

function NowLine({ day, view, width, now }: AxisProps) {
  const t = useLedgerWords();
  const { clock } = useZoned();
  if (now < day.from || now >= day.to || now < view.from || now > view.to) return null;
  const left = ((now - view.from) * width) / (view.to - view.from);
  return (
    <div className="bays-now" style={{ left }} data-near-end={width - left < 80}>
      <span className="num">{t('now', { time: clock(now) })}</span>
    </div>
  );
}
