import { Button } from 'antd';
import { type CSSProperties, type KeyboardEvent, type Ref, useLayoutEffect, useRef, useState } from 'react';
import type { CorrectionItem } from '../../../protocols/api/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';
import { useCodes, useLocale } from '../i18n.ts';
import { numberText } from '../number.ts';
import { useDuration } from '../time.ts';
import { Swatch } from './leaf.tsx';
import { useLedger } from './place.ts';
import { useRule } from './rule.ts';
import type { Piece } from './spans.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

export interface CardProps {
  readonly piece: Piece;
  readonly day: string;
  /** Up to here the ledger is told: a piece that reaches it goes on. */
  readonly until: Millis;
  readonly corrections: readonly CorrectionItem[];
  /** Where the pointer or the focused piece is, in the window. */
  readonly anchor: { readonly x: number; readonly top: number; readonly bottom: number };
  readonly pinned: boolean;
  readonly onCorrect: () => void;
  readonly onClose: () => void;
  readonly box: Ref<HTMLDivElement>;
  readonly onStay: (inside: boolean) => void;
}

/** Why a piece was booked so: beside the cursor on a desk, at the foot of a phone. */
export function EvidenceCard(props: CardProps) {
  const { piece: p, pinned, anchor, onClose, onCorrect, box, onStay } = props;
  const t = useLedgerWords();
  const code = useCodes();
  const { bayName } = useLedger();
  const own = useRef<HTMLDivElement | null>(null);
  const [at, setAt] = useState<{ left: number; top: number } | null>(null);
  const word = code(`leaf.${p.leaf}`);

  // Measured before it is painted: beside the pointer, and never out of the window.
  useLayoutEffect(() => {
    const size = own.current?.getBoundingClientRect();
    if (!size) return;
    const left = Math.max(8, Math.min(anchor.x - 24, innerWidth - size.width - 8));
    const below = anchor.bottom + 8;
    const top = below + size.height <= innerHeight - 8 ? below : Math.max(8, anchor.top - 8 - size.height);
    setAt((old) => (old && old.left === left && old.top === top ? old : { left, top }));
  });

  return (
    <div
      ref={(node) => {
        own.current = node;
        if (typeof box === 'function') box(node);
        else if (box) box.current = node;
      }}
      className={pinned ? 'evidence evidence-pinned' : 'evidence'}
      style={{ '--x': `${at?.left ?? -9_999}px`, '--y': `${at?.top ?? 0}px` } as CSSProperties}
      role="dialog"
      aria-label={t('piece.why', { what: word })}
      tabIndex={-1}
      onPointerEnter={() => onStay(true)}
      onPointerLeave={() => onStay(false)}
      onKeyDown={(e: KeyboardEvent) => e.key === 'Escape' && onClose()}
    >
      <header>
        <Swatch leaf={p.leaf} />
        <strong>{word}</strong>
        <span className="quiet">{bayName(p.bay)}</span>
      </header>
      <Facts {...props} />
      {pinned && (
        <footer>
          <Button type="primary" onClick={onCorrect}>
            {t('piece.correct')}
          </Button>
          <Button onClick={onClose}>{t('piece.close')}</Button>
        </footer>
      )}
    </div>
  );
}

function Facts({ piece: p, day, until, corrections }: CardProps) {
  const t = useLedgerWords();
  const times = useZoned();
  const duration = useDuration();
  const rule = useRule();
  const [locale] = useLocale();
  const { Car } = useLedger();
  const correction = corrections.find((c) => p.interval === `by-hand.${c.correction}`);
  return (
    <>
      <dl className="num">
        <div>
          <dt>{t('piece.from')}</dt>
          <dd>
            {times.on(p.from, day)} – {times.on(p.to, day)}
            {p.to >= until && <span className="quiet"> {t('piece.until')}</span>}
          </dd>
        </div>
        <div>
          <dt>{t('piece.duration')}</dt>
          <dd>{duration(p.to - p.from)}</dd>
        </div>
        <div>
          <dt>{t('piece.car')}</dt>
          <dd>{p.vin ? <Car vin={p.vin} /> : <span className="quiet">{t('piece.noCar')}</span>}</dd>
        </div>
        <div>
          <dt>{t('piece.order')}</dt>
          <dd>{p.order ?? <span className="quiet">{t('piece.noOrder')}</span>}</dd>
        </div>
        <div>
          <dt>{t('piece.rule')}</dt>
          <dd>{rule(p.by === 'person' ? 'by-hand' : p.rule)}</dd>
        </div>
        <div>
          <dt>{t('piece.confidence')}</dt>
          <dd>
            {p.confidence === null ? (
              <span className="quiet">{t('piece.noConfidence')}</span>
            ) : (
              `${numberText(Math.floor(p.confidence * 1_000) / 10, locale, 1)} %`
            )}
          </dd>
        </div>
        <div>
          <dt>{t('piece.version')}</dt>
          <dd>
            {p.by === 'person' ? p.version : t(p.version > 1 ? 'piece.amended' : 'piece.first', { version: p.version })}
            {/* A gateway does not keep when it first said a piece: then it tells no time. */}
            {p.at > 0 && <span className="quiet"> {t('piece.toldAt', { time: times.on(p.at, day) })}</span>}
          </dd>
        </div>
      </dl>
      {p.by === 'person' && (
        <p className="evidence-hand">
          {t('piece.byHand', { who: correction?.who ?? t('piece.someone'), time: times.on(p.at, day) })}
          {p.why && <q>{p.why}</q>}
        </p>
      )}
      {!p.open && <p className="quiet small">{t('piece.outside')}</p>}
      <EvidenceList evidence={p.evidence} day={day} />
    </>
  );
}

function EvidenceList({ evidence, day }: { readonly evidence: Piece['evidence']; readonly day: string }) {
  const t = useLedgerWords();
  const code = useCodes();
  const times = useZoned();
  const { deviceName } = useLedger();
  if (evidence.length === 0) return <p className="quiet small">{t('piece.noEvidence')}</p>;
  return (
    <table className="evidence-list num">
      <caption>{t('piece.evidence')}</caption>
      <tbody>
        {evidence.map((e) => (
          <tr key={`${e.group} ${e.device}`}>
            <th scope="row">
              {code(`groups.${e.group}`)}
              <span className="quiet"> {deviceName(e.device)}</span>
            </th>
            <td data-says={e.says}>{t(`piece.says.${e.says}`)}</td>
            <td className="quiet">{times.on(e.at, day)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
