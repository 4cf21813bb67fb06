import { Button, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import type { NewSiteAct, SiteFlag } from '../../protocols/api/flags.ts';
import { useAct } from '../ui/live.ts';
import { fromField } from '../ui/zoned.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useSiteFlags } from './flag-words.ts';
import { usePlace } from './place.ts';

type Word = NewSiteAct['act'];
const HALF_DAY_MS = 4 * 3_600_000;
/** The same as at the corrections of a bay's day: who signs once need not sign again in this tab. */
const KEPT_INITIALS = 'liftgate.initials';

/** A person said how it ended. */
export function isOver({ life }: SiteFlag): boolean {
  return life !== null && life.by !== null && (life.state === 'verified' || life.state === 'dismissed');
}

function wordsFor(f: SiteFlag): readonly Word[] {
  if (isOver(f)) return ['reopen'];
  if (f.life?.state === 'booked') return ['verify', 'dismiss'];
  if (f.life?.state === 'acknowledged') return ['book', 'verify', 'dismiss'];
  return ['acknowledge', 'book', 'verify', 'dismiss'];
}

interface Props {
  readonly flag: SiteFlag;
  readonly name: string;
  readonly onDone: () => Promise<void>;
}

/** What can be done now; whoever does it signs with initials. */
export function FlagAct(props: Props) {
  const t = useSiteFlags();
  const [asking, setAsking] = useState<Word | null>(null);
  return (
    <div className="site-flag-acts">
      {wordsFor(props.flag).map((word, i) => (
        <Button key={word} {...(i === 0 ? { type: 'primary' } : {})} onClick={() => setAsking(word)}>
          {t(`act.${word}`)}
        </Button>
      ))}
      {asking && <Ask {...props} word={asking} onClose={() => setAsking(null)} />}
    </div>
  );
}

interface Fields {
  who?: string;
  reason?: string;
  looked?: boolean;
  at?: string;
}

function Ask({ flag, name, word, onDone, onClose }: Props & { readonly word: Word; readonly onClose: () => void }) {
  const t = useSiteFlags();
  const { timezone } = usePlace().status.site;
  const [form] = Form.useForm<Fields>();
  const act = useAct(async (said: Fields) => {
    const who = said.who?.trim() ?? '';
    const from = word === 'book' ? fromField(said.at, timezone) : null;
    await api.actOn(flag.vin, flag.flag, {
      act: word,
      who,
      reason: said.reason?.trim() || null,
      ...(from === null ? {} : { appointment: { from, until: from + HALF_DAY_MS } }),
      ...(word === 'dismiss' && said.looked ? { outcome: 'found-fine' } : {}),
    });
    sessionStorage.setItem(KEPT_INITIALS, who);
    await onDone();
    onClose();
  });
  const initialValues = { who: sessionStorage.getItem(KEPT_INITIALS) ?? '', looked: true };
  return (
    <Modal
      title={t(`ask.${word}`, { name })}
      open
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" loading={act.busy} onClick={() => form.submit()}>
            {t(`act.${word}`)}
          </Button>
        </>
      }
    >
      <p className="quiet">{t(`help.${word}`)}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initialValues}
        onFinish={(said) => void act.run(said)}
      >
        {word === 'book' && (
          <Form.Item name="at" label={t('when')}>
            <Input type="datetime-local" />
          </Form.Item>
        )}
        {word === 'dismiss' && (
          <>
            <Form.Item name="looked">
              <Radio.Group
                options={[
                  { value: true, label: t('looked') },
                  { value: false, label: t('notLooked') },
                ]}
              />
            </Form.Item>
            <Form.Item
              name="reason"
              label={t('reason')}
              rules={[{ required: true, whitespace: true, message: t('reasonWrong') }]}
            >
              <Input maxLength={400} autoFocus />
            </Form.Item>
          </>
        )}
        <Form.Item
          name="who"
          label={t('who')}
          rules={[{ required: true, whitespace: true, max: 12, message: t('whoWrong') }]}
        >
          <Input maxLength={12} autoComplete="off" autoFocus={word !== 'dismiss'} />
        </Form.Item>
      </Form>
      <Fault fault={act.fault} />
    </Modal>
  );
}
