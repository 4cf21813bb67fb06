import { Button } from 'antd';
import { FaultNote } from '../ui/pieces.tsx';
import type { Pages } from './pages.ts';
import { useTimes } from './place.ts';
import { useConsole } from './words.ts';

/** What stopped an action or a list, in the console's words. */
export function Fault({ fault, retry }: { readonly fault: unknown; readonly retry?: () => void }) {
  const t = useConsole();
  const words = {
    ofCode: (code: string) => t.code('fault', code),
    said: (message: string) => t('fault.said', { message }),
    retry: t('fault.retry'),
  };
  return <FaultNote fault={fault} words={words} {...(retry ? { retry } : {})} />;
}

/** Says that a list is old because newer answers do not come; the list itself stays. */
export function Stale(props: { readonly fault: unknown; readonly at: number | null; readonly retry: () => void }) {
  const t = useConsole();
  const times = useTimes();
  if (!props.fault) return null;
  if (props.at === null) return <Fault fault={props.fault} retry={props.retry} />;
  return (
    <div className="note" role="status">
      <p>{t('fault.stale', { time: times.clock(props.at) })}</p>
      <Button size="small" onClick={props.retry}>
        {t('fault.retry')}
      </Button>
    </div>
  );
}

/** Previous and next; nothing while one page holds all. */
export function Pager({ pages }: { readonly pages: Pages<unknown> }) {
  const t = useConsole();
  if (!pages.previous && !pages.next) return null;
  return (
    <nav className="pager" aria-label={t('common.pages')}>
      <Button disabled={!pages.previous} onClick={() => pages.previous?.()}>
        {t('common.previous')}
      </Button>
      <span>{t('common.page', { page: pages.number })}</span>
      <Button disabled={!pages.next} onClick={() => pages.next?.()}>
        {t('common.next')}
      </Button>
    </nav>
  );
}
