import { Button, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import type { CorrectionItem, LedgerDay } from '../../../protocols/api/ledger.ts';
import { useCodes } from '../i18n.ts';
import { useAct } from '../live.ts';
import { FixFault } from './correct.tsx';
import { Swatch } from './leaf.tsx';
import { useLedger } from './place.ts';
import { useZoned } from './times.ts';
import { useLedgerWords } from './words.ts';

/** What people put right on this day: who, when, why; and the way back. */
export function Corrections({ day, onDone }: { readonly day: LedgerDay; readonly onDone: () => Promise<void> }) {
  const t = useLedgerWords();
  const code = useCodes();
  const times = useZoned();
  const { bayName, vinText } = useLedger();
  const [going, setGoing] = useState<CorrectionItem | null>(null);
  const what = (c: CorrectionItem) =>
    c.leaf !== null
      ? code(`leaf.${c.leaf}`)
      : c.vin !== null
        ? t('fix.itemCar', { vin: vinText(c.vin) })
        : t('fix.itemOrder', { order: c.order ?? '' });
  return (
    <section className="card corrections" aria-labelledby="corrections">
      <h2 id="corrections">{t('fix.list')}</h2>
      {day.corrections.length === 0 && <p className="quiet">{t('fix.none')}</p>}
      <ul>
        {day.corrections.map((c) => (
          <li key={c.correction} data-correction={c.correction} data-gone={c.withdrawn !== null}>
            <div>
              <strong>{bayName(c.bay)}</strong> {c.leaf && <Swatch leaf={c.leaf} />}{' '}
              <span className="num">
                {t('fix.item', { what: what(c), from: times.seconds(c.from), to: times.seconds(c.to) })}
              </span>
              <q>{c.why}</q>
              <span className="quiet small">{t('fix.said', { who: c.who, time: times.on(c.at, day.day) })}</span>
              {c.withdrawn && (
                <span className="small">
                  {t('fix.gone', {
                    who: c.withdrawn.who,
                    time: times.on(c.withdrawn.at, day.day),
                    why: c.withdrawn.why,
                  })}
                </span>
              )}
            </div>
            {c.withdrawn === null && <Button onClick={() => setGoing(c)}>{t('fix.withdraw')}</Button>}
          </li>
        ))}
      </ul>
      {going && <Withdraw key={going.correction} item={going} onClose={() => setGoing(null)} onDone={onDone} />}
    </section>
  );
}

function Withdraw(props: {
  readonly item: CorrectionItem;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const { item, onClose, onDone } = props;
  const t = useLedgerWords();
  const id = useId();
  const { source, signer } = useLedger();
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(signer ?? '');
  const [tried, setTried] = useState(false);
  const wrong = why.trim() === '' ? 'why' : who.trim() === '' ? 'who' : null;
  const act = useAct(async () => {
    await source.withdraw(item.correction, why.trim(), who.trim());
    await onDone();
    onClose();
  });
  return (
    <Modal
      title={t('fix.withdrawTitle')}
      open
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('fix.cancel')}</Button>
          <Button
            type="primary"
            loading={act.busy}
            onClick={() => {
              setTried(true);
              if (wrong === null) void act.run();
            }}
          >
            {t('fix.withdrawSubmit')}
          </Button>
        </>
      }
    >
      <p className="quiet">{t('fix.withdrawLead')}</p>
      <div className="fix">
        <div className="fix-wide">
          <label htmlFor={`${id}why`}>{t('fix.why')}</label>
          <Input id={`${id}why`} maxLength={400} value={why} onChange={(e) => setWhy(e.target.value)} />
        </div>
        {signer === null && (
          <div>
            <label htmlFor={`${id}who`}>{t('fix.who')}</label>
            <Input id={`${id}who`} maxLength={12} value={who} onChange={(e) => setWho(e.target.value)} />
          </div>
        )}
      </div>
      {tried && wrong && (
        <span className="fix-wrong" role="alert">
          {t(`fix.check.${wrong}`)}
        </span>
      )}
      <FixFault fault={act.fault} />
    </Modal>
  );
}
