import type { MailItem } from '../../protocols/api/console.ts';
import { type Live, useNow } from '../ui/live.ts';
import { Nothing } from '../ui/pieces.tsx';
import type { Page } from './api.ts';
import { Stale } from './fault.tsx';
import { useTimes } from './place.ts';
import { useConsole } from './words.ts';

/** What the local mailbox of the demonstration received: the proof that a message really went out. */
export function Mailbox({ box }: { readonly box: Live<Page<MailItem> | null> }) {
  const t = useConsole();
  const times = useTimes();
  const now = useNow(30_000);
  const mails = box.data?.items ?? [];
  return (
    <>
      <Stale fault={box.fault} at={box.at} retry={() => void box.reload()} />
      <p className="quiet">{t('notices.mailboxHelp')}</p>
      {mails.length === 0 && (
        <div className="card">
          <Nothing title={t('notices.mailboxEmpty')} />
        </div>
      )}
      <div className="notices">
        {mails.map((m) => (
          <article key={m.id} className="card notice" data-mail={m.id}>
            <div className="notice-facts">
              <h2>{m.subject}</h2>
              <dl>
                <div>
                  <dt>{t('notices.to')}</dt>
                  <dd>{m.to}</dd>
                </div>
                <div>
                  <dt>{t('notices.from')}</dt>
                  <dd>{m.from}</dd>
                </div>
              </dl>
              <p className="quiet small">{t('notices.sentAt', { time: times.near(m.at, now) })}</p>
            </div>
            <div className="paper">
              <p>{m.text}</p>
            </div>
          </article>
        ))}
      </div>
    </>
  );
}
