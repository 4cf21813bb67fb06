import { Button } from 'antd';
import type { Live } from '../live.ts';
import { clockText } from '../time.ts';
import { useLedger } from './place.ts';
import { useLedgerWords } from './words.ts';

/** No new answer comes: of when what is shown is, or, where nothing came yet, why. Nothing while all is well. */
export function Silent({ live }: { readonly live: Live<unknown> }) {
  const t = useLedgerWords();
  const { timezone, Fault } = useLedger();
  const { fault, at } = live;
  if (fault === null) return null;
  if (at === null) return <Fault fault={fault} retry={() => void live.reload()} />;
  return (
    <div className="note" role="alert">
      <p>{t('stale', { time: clockText(at, timezone) })}</p>
      <Button size="small" onClick={() => void live.reload()}>
        {t('retry')}
      </Button>
    </div>
  );
}
