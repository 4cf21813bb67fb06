import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { NoticeItem } from '../../protocols/api/console.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { useAct, useNow } from '../ui/live.ts';
import { Mark, type Shape, type Tone } from '../ui/mark.tsx';
import { numberText } from '../ui/number.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { Fault } from './fault.tsx';
import { placesOf } from './flag-acts.tsx';
import { useFlags } from './flag-words.ts';
import { useTimes } from './place.ts';
import { hrefOf } from './route.ts';
import { useConsole } from './words.ts';

const MARK: Readonly<Record<NoticeItem['state'], { shape: Shape; tone: Tone }>> = {
  proposed: { shape: 'half', tone: 'accent' },
  blocked: { shape: 'octagon', tone: 'blocked' },
  approved: { shape: 'disc', tone: 'accent' },
  sent: { shape: 'check', tone: 'working' },
  failed: { shape: 'cross', tone: 'blocked' },
  dismissed: { shape: 'dash', tone: 'quiet' },
  expired: { shape: 'dash', tone: 'quiet' },
  withdrawn: { shape: 'dash', tone: 'quiet' },
};

/** One notice with the message as the customer will read it. */
export function NoticeCard({
  notice: n,
  onDone,
}: {
  readonly notice: NoticeItem;
  readonly onDone: () => Promise<void>;
}) {
  const t = useConsole();
  const f = useFlags();
  const [locale] = useLocale();
  const code = useCodes();
  const times = useTimes();
  const now = useNow(30_000);
  const [dismissing, setDismissing] = useState(false);
  const approve = useAct(async () => {
    await api.approve(n.id);
    await onDone();
  });
  const waits = n.state === 'proposed' || n.state === 'blocked';
  return (
    <article className="card notice" data-notice={n.id} data-state={n.state}>
      <div className="notice-facts">
        <Mark {...MARK[n.state]}>{t(`notices.state.${n.state}`)}</Mark>
        <h2>
          <a href={hrefOf('vehicles', n.vin)}>{[n.plate, n.model].filter(Boolean).join(' · ') || n.vin}</a>
        </h2>
        <dl>
          <div>
            <dt>{code.code('flag', n.flag)}</dt>
            <dd>
              {n.dueEarly !== null && n.dueLikely !== null
                ? t('notices.due', { early: times.day(n.dueEarly), likely: times.day(n.dueLikely) })
                : t('notices.noDue')}
              {n.dueKm && (
                <span className="quiet small">
                  {f('week.km', { likely: numberText(Math.round(n.dueKm.likely / 10) * 10, locale) })}
                </span>
              )}
            </dd>
          </div>
          {n.appointment && (
            <div>
              <dt>{f('week.suggestion')}</dt>
              <dd>
                {f(`week.half.${n.appointment.half}`, { day: times.day(n.appointment.from) })}
                <span className="quiet small">{f(`week.why.${n.appointment.why}`, placesOf(n.appointment))}</span>
              </dd>
            </div>
          )}
          <div>
            <dt>{t('notices.to')}</dt>
            <dd>
              {n.customer ? n.customer.name : t('notices.noCustomer')}
              {n.customer && <span className="quiet small">{n.customer.email ?? t('notices.noAddress')}</span>}
            </dd>
          </div>
        </dl>
        <Why notice={n} />
        <Fate notice={n} now={now} />
        {waits && (
          <div className="notice-acts">
            {n.state === 'proposed' && (
              <Button type="primary" loading={approve.busy} onClick={() => void approve.run()}>
                {t('notices.approve')}
              </Button>
            )}
            <Button onClick={() => setDismissing(true)}>{t('notices.dismiss')}</Button>
          </div>
        )}
        <Fault fault={approve.fault} />
      </div>
      <section className="paper" aria-label={t('notices.message')}>
        <h3>{n.subject}</h3>
        <p>{n.body}</p>
      </section>
      <Dismiss notice={n} open={dismissing} onClose={() => setDismissing(false)} onDone={onDone} />
    </article>
  );
}

/** Why it may not be sent, or why somebody decided against it. */
function Why({ notice: { state, why } }: { readonly notice: NoticeItem }) {
  const t = useConsole();
  if (why === null) return null;
  if (state === 'dismissed') return <p className="quiet small">{t('notices.dismissed', { why })}</p>;
  const words = t.code('notices.why', why);
  return (
    <div className="note">
      <p>{words === why ? t('notices.why.other', { why }) : words}</p>
      {state === 'blocked' && <a href={hrefOf('customers')}>{t('notices.toCustomers')}</a>}
    </div>
  );
}

function Fate({ notice: n, now }: { readonly notice: NoticeItem; readonly now: number }) {
  const t = useConsole();
  const times = useTimes();
  const lines = [t('notices.created', { time: times.near(n.createdAt, now) })];
  if (n.approvedBy !== null) lines.push(t('notices.approvedBy', { name: n.approvedBy }));
  if (n.state === 'approved')
    lines.push(
      n.sendAfter !== null && n.sendAfter > now
        ? t('notices.sendAfter', { time: times.near(n.sendAfter, now) })
        : t('notices.sending'),
    );
  if (n.sentAt !== null) lines.push(t('notices.sentAt', { time: times.near(n.sentAt, now) }));
  return (
    <ul className="facts quiet small">
      {lines.map((l) => (
        <li key={l}>{l}</li>
      ))}
    </ul>
  );
}

function Dismiss(props: {
  readonly notice: NoticeItem;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const t = useConsole();
  const [form] = Form.useForm<{ reason: string }>();
  const act = useAct(async () => {
    await api.dismiss(props.notice.id, form.getFieldsValue().reason.trim());
    await props.onDone();
    props.onClose();
  });
  return (
    <Dialog
      title={t('notices.dismissTitle')}
      open={props.open}
      onClose={props.onClose}
      submit={t('notices.dismiss')}
      act={act}
      form={form}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item
          name="reason"
          label={t('common.reason')}
          extra={t('notices.dismissHelp')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input maxLength={200} autoFocus />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
