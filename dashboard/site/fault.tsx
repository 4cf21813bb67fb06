import { FaultNote } from '../ui/pieces.tsx';
import { useSite } from './words.ts';

/** What stopped an action, in the words of the site page. */
export function Fault({ fault, retry }: { readonly fault: unknown; readonly retry?: () => void }) {
  const t = useSite();
  const words = {
    ofCode: (code: string) => t.code('fault', code),
    said: (message: string) => t('fault.said', { message }),
    retry: t('fault.retry'),
  };
  return <FaultNote fault={fault} words={words} {...(retry ? { retry } : {})} />;
}
