import { Button, Input, Modal, Select } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import { LEAVES, type Leaf, Vin } from '../../../protocols/event.ts';
import { useCodes } from '../i18n.ts';
import { useAct } from '../live.ts';
import { isFault } from '../request.ts';
import { useDuration } from '../time.ts';
import { fromClock } from '../zoned.ts';
import { hmsText } from './dates.ts';
import { Swatch } from './leaf.tsx';
import { useLedger } from './place.ts';
import { type Effect, effectOf, type Wanted } from './preview.ts';
import type { Piece, Span } from './spans.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

/** What somebody chose on the timeline to put right. */
export interface Chosen extends Span {
  readonly bay: string;
}

const SAME = 'same';
const KEPT_INITIALS = 'liftgate.initials';

/** The form of a correction, with what it would change. The end of a day is written as 24:00:00 nowhere: see `endOf`. */
export function CorrectDialog(props: {
  readonly day: LedgerDay;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const { day, chosen, onClose, onDone } = props;
  const t = useLedgerWords();
  const code = useCodes();
  const { source, signer, timezone, bayName } = useLedger();
  const { seconds } = useZoned();
  const [f, setF] = useState({
    bay: chosen.bay,
    from: seconds(chosen.from),
    to: seconds(Math.min(chosen.to, day.until)),
    leaf: null as Leaf | typeof SAME | null,
    vin: '',
    order: '',
    why: '',
    who: signer ?? sessionStorage.getItem(KEPT_INITIALS) ?? '',
  });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<typeof f>) => setF((old) => ({ ...old, ...change }));

  const from = fromClock(day.day, f.from, timezone);
  // Midnight as an end is the one at the end of the day.
  const to = /^00:00(:00)?$/.test(f.to) ? day.to : fromClock(day.day, f.to, timezone);
  const wanted: Wanted = {
    bay: f.bay,
    from: from ?? chosen.from,
    to: to ?? chosen.to,
    leaf: f.leaf === SAME ? null : f.leaf,
    vin: f.vin.trim().toUpperCase() || null,
    order: f.order.trim() || null,
  };
  const wrong = {
    from: from === null ? 'time' : null,
    to: to === null ? 'time' : from !== null && to <= from ? 'order' : to > day.until ? 'future' : null,
    leaf: wanted.leaf === null && wanted.vin === null && wanted.order === null ? 'nothing' : null,
    vin: wanted.vin !== null && !Vin.safeParse(wanted.vin).success ? 'vin' : null,
    why: f.why.trim() === '' ? 'why' : null,
    who: f.who.trim() === '' ? 'who' : null,
  } as const;
  const isRight = Object.values(wrong).every((w) => w === null);
  const isSpan = wrong.from === null && wrong.to === null;
  const say = (w: (typeof wrong)[keyof typeof wrong]) => (tried && w !== null ? t(`fix.check.${w}`) : null);

  const act = useAct(async () => {
    if (signer === null) sessionStorage.setItem(KEPT_INITIALS, f.who.trim());
    await source.correct({ ...wanted, why: f.why.trim() }, f.who.trim());
    await onDone();
    onClose();
  });
  return (
    <Modal
      title={t('fix.title')}
      open
      width={640}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('fix.cancel')}</Button>
          <Button
            type="primary"
            loading={act.busy}
            onClick={() => {
              setTried(true);
              if (isRight) void act.run();
            }}
          >
            {t('fix.submit')}
          </Button>
        </>
      }
    >
      <p className="quiet">{t('fix.lead')}</p>
      <div className="fix">
        <Field label={t('fix.bay')}>
          {(id) => (
            <Select
              id={id}
              value={f.bay}
              onChange={(bay) => set({ bay })}
              options={day.bays.map((b) => ({ value: b.bay, label: bayName(b.bay) }))}
            />
          )}
        </Field>
        <Field label={t('fix.from')} wrong={say(wrong.from)}>
          {(id) => (
            <Input id={id} type="time" step={1} value={f.from} onChange={(e) => set({ from: e.target.value })} />
          )}
        </Field>
        <Field label={t('fix.to')} wrong={say(wrong.to)}>
          {(id) => <Input id={id} type="time" step={1} value={f.to} onChange={(e) => set({ to: e.target.value })} />}
        </Field>
        <Field label={t('fix.leaf')} wrong={say(wrong.leaf)} wide>
          {(id) => (
            <Select
              id={id}
              value={f.leaf}
              onChange={(leaf) => set({ leaf })}
              options={[
                ...LEAVES.map((leaf) => ({
                  value: leaf,
                  label: (
                    <span className="fix-leaf">
                      <Swatch leaf={leaf} /> {code(`leaf.${leaf}`)}
                    </span>
                  ),
                })),
                { value: SAME, label: t('fix.sameLeaf') },
              ]}
            />
          )}
        </Field>
        <Field label={t('fix.vin')} wrong={say(wrong.vin)}>
          {(id) => (
            <Input
              id={id}
              className="id"
              maxLength={17}
              spellCheck={false}
              value={f.vin}
              onChange={(e) => set({ vin: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('fix.order')}>
          {(id) => <Input id={id} maxLength={64} value={f.order} onChange={(e) => set({ order: e.target.value })} />}
        </Field>
        <Field label={t('fix.why')} wrong={say(wrong.why)} wide help={t('fix.whyHelp')}>
          {(id) => (
            <Input.TextArea
              id={id}
              maxLength={400}
              autoSize={{ minRows: 2, maxRows: 5 }}
              value={f.why}
              onChange={(e) => set({ why: e.target.value })}
            />
          )}
        </Field>
        {signer === null ? (
          <Field label={t('fix.who')} wrong={say(wrong.who)}>
            {(id) => <Input id={id} maxLength={12} value={f.who} onChange={(e) => set({ who: e.target.value })} />}
          </Field>
        ) : (
          <p className="quiet fix-wide">{t('fix.signed', { who: signer })}</p>
        )}
      </div>
      {isSpan && wrong.leaf === null && <Preview effect={effectOf(day, wanted)} wanted={wanted} />}
      <FixFault fault={act.fault} />
    </Modal>
  );
}

function Field(props: {
  readonly label: string;
  readonly wrong?: string | null;
  readonly help?: string;
  readonly wide?: boolean;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={props.wide ? 'fix-wide' : undefined}>
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.wrong ? (
        <span className="fix-wrong" role="alert">
          {props.wrong}
        </span>
      ) : (
        props.help && <span className="quiet small">{props.help}</span>
      )}
    </div>
  );
}

/** The time before and after, and what each leaf wins or loses. */
function Preview({ effect: e, wanted }: { readonly effect: Effect; readonly wanted: Wanted }) {
  const t = useLedgerWords();
  const code = useCodes();
  const duration = useDuration();
  return (
    <section className="fix-preview num" aria-label={t('fix.preview')}>
      <h3>{t('fix.preview')}</h3>
      {(['before', 'after'] as const).map((when) => (
        <div key={when} className="fix-story">
          <span className="quiet small">{t(`fix.${when}`)}</span>
          <Story pieces={e[when]} span={wanted} />
        </div>
      ))}
      <ul>
        {e.moved.map((m) => (
          <li key={m.leaf}>
            <Swatch leaf={m.leaf} />{' '}
            {t('fix.moved', {
              leaf: code(`leaf.${m.leaf}`),
              change: `${m.seconds > 0 ? '+' : '\u2212'}${hmsText(Math.abs(m.seconds))}`,
            })}
          </li>
        ))}
        {e.moved.length === 0 && (
          <li>{t(wanted.vin === null && wanted.order === null ? 'fix.nothing' : 'fix.carOnly')}</li>
        )}
        {e.outside > 0 && <li>{t('fix.outside', { duration: duration(e.outside * 1_000) })}</li>}
        {e.over.map((c) => (
          <li key={c.correction}>{t('fix.over', { who: c.who })}</li>
        ))}
      </ul>
    </section>
  );
}

function Story({ pieces, span }: { readonly pieces: readonly Piece[]; readonly span: Span }) {
  const code = useCodes();
  const x = (at: number) => ((at - span.from) * 100) / (span.to - span.from);
  return (
    <div className="fix-bar">
      {pieces.map((p) => (
        <span
          key={p.from}
          className="leaf"
          data-leaf={p.leaf}
          title={code(`leaf.${p.leaf}`)}
          style={{ left: `${x(p.from)}%`, width: `${x(p.to) - x(p.from)}%` }}
        />
      ))}
    </div>
  );
}

/** A refusal in words that say what to do; what has none of its own is told as everywhere on the page. */
export function FixFault({ fault }: { readonly fault: unknown }) {
  const t = useLedgerWords();
  const { Fault } = useLedger();
  if (fault === null || fault === undefined) return null;
  const code = isFault(fault) ? fault.code : null;
  const word =
    code === 'conflict' || code === 'not-found'
      ? t(`fix.fault.${code}`)
      : code === 'invalid' && isFault(fault) && fault.about === 'to'
        ? t('fix.fault.future')
        : null;
  if (word === null) return <Fault fault={fault} />;
  return (
    <div className="note" role="alert">
      <p>{word}</p>
    </div>
  );
}
