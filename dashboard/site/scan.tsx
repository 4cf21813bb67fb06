import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useCodes } from '../ui/i18n.ts';
import { useAct } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { useWedge } from '../ui/wedge.ts';
import { api, type ScanReply } from './api.ts';
import { Fault } from './fault.tsx';
import { useBayName, useTimes } from './place.ts';
import { useSite } from './words.ts';

/** Takes what a keyboard-wedge scanner types, wherever the focus was, and says what the gateway knows of it. */
export function Scan() {
  const t = useSite();
  const box = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [reply, setReply] = useState<ScanReply | null>(null);
  const act = useAct(async (label: string) => {
    if (label === '') return;
    setReply(await api.scan({ text: label }));
    setText('');
    box.current?.focus();
  });
  useWedge((label) => void act.run(label.trim()));

  useEffect(() => {
    // Who types, or has a slow scanner, need not look where the focus is.
    const catchKey = (e: KeyboardEvent) => {
      if (e.key.length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey || e.altKey) return;
      const active = document.activeElement;
      if (active instanceof HTMLInputElement || active?.closest('[role=dialog]')) return;
      box.current?.focus();
    };
    addEventListener('keydown', catchKey, { capture: true });
    return () => removeEventListener('keydown', catchKey, { capture: true });
  }, []);

  return (
    <section className="card scan" aria-labelledby="scan-title">
      <div className="card-head">
        <h2 id="scan-title">{t('scan.title')}</h2>
      </div>
      <form
        className="scan-box"
        onSubmit={(e) => {
          e.preventDefault();
          void act.run(text.trim());
        }}
      >
        <label className="said" htmlFor="scan">
          {t('scan.label')}
        </label>
        <Input
          id="scan"
          ref={box}
          size="large"
          autoFocus
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={512}
          placeholder={t('scan.placeholder')}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <Button htmlType="submit" type="primary" size="large" loading={act.busy}>
          {t('scan.submit')}
        </Button>
      </form>
      <Fault fault={act.fault} />
      <div aria-live="polite">
        {reply ? (
          <Reply reply={reply} undo={() => void act.run(UNDO)} />
        ) : (
          <p className="quiet small">{t('scan.help')}</p>
        )}
      </div>
    </section>
  );
}

/** The label that takes the last scan of this page back. */
const UNDO = 'UNDO';

function Reply({ reply, undo }: { readonly reply: ScanReply; readonly undo: () => void }) {
  const t = useSite();
  const code = useCodes();
  const known = reply.kind !== 'unknown';
  const { outcome } = reply;
  const done = outcome == null || outcome === 'taken' || outcome === 'undone';
  return (
    <div className="reply" data-kind={reply.kind}>
      <div className="reply-head">
        <Mark shape={known && done ? 'check' : 'triangle'} tone={known && done ? 'working' : 'waiting'}>
          {t(`scan.kind.${reply.kind}`)}
        </Mark>
        <strong className="id">{reply.kind === 'hold' ? code.code('hold', reply.text) : reply.text}</strong>
        {outcome === 'taken' && (
          <Button size="small" onClick={undo}>
            {t('scan.undo')}
          </Button>
        )}
      </div>
      {!done && known && <p className="quiet small">{t.code('scan.outcome', outcome)}</p>}
      {!known && <p className="quiet small">{t('scan.unknownHelp')}</p>}
      {reply.kind === 'vin' && <Car reply={reply} />}
    </div>
  );
}

function Car({ reply }: { readonly reply: ScanReply }) {
  const t = useSite();
  return (
    <>
      <dl className="pairs">
        <div>
          <dt>{t('scan.maker')}</dt>
          <dd>{reply.maker ?? t('scan.notKnown')}</dd>
        </div>
        <div>
          <dt>{t('scan.modelYear')}</dt>
          <dd>{reply.modelYear ?? t('scan.notKnown')}</dd>
        </div>
        <div>
          <dt>{t('scan.digit')}</dt>
          <dd>{t(`scan.checkDigit.${reply.checkDigit}`)}</dd>
        </div>
      </dl>
      <h3>{t('scan.story')}</h3>
      {reply.story.length === 0 ? (
        <p className="quiet small">{t('scan.noStory')}</p>
      ) : (
        <ol className="told">
          {reply.story.map((e) => (
            <Told key={`${e.time} ${e.type}`} event={e} />
          ))}
        </ol>
      )}
    </>
  );
}

function Told({ event: e }: { readonly event: ScanReply['story'][number] }) {
  const t = useSite();
  const code = useCodes();
  const times = useTimes();
  const nameOf = useBayName();
  const data = (typeof e.data === 'object' && e.data !== null ? e.data : {}) as Readonly<Record<string, unknown>>;
  const text = (key: string) => (typeof data[key] === 'string' ? data[key] : null);
  // `liftgate.vehicle.codes.v1` → `vehicle-codes`
  const name = e.type.split('.').slice(1, -1).join('-');
  const facts = [
    ...(Array.isArray(data.codes) ? [data.codes.join(', ') || t('codes.none')] : []),
    ...(text('status') ? [t.code('codes', text('status')!)] : []),
    ...(text('flag') ? [code.code('flag', text('flag')!)] : []),
    ...(name === 'bay-occupancy' ? [code.code('occupancy', text('state') ?? '')] : []),
    ...(name === 'bay-work' ? [code.code('work', text('state') ?? '')] : []),
    ...(name === 'vehicle-flag' ? [code.code('flagState', text('state') ?? '')] : []),
  ].filter((f) => f !== '');
  return (
    <li>
      <time>{times.clock(e.time)}</time>
      <span>
        <strong>{t.code('event', name, { bay: nameOf(text('bay') ?? '—'), order: text('order') ?? '—' })}</strong>{' '}
        <span className="quiet">{facts.join(' · ')}</span>
      </span>
    </li>
  );
}
