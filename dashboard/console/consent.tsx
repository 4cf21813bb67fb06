import { Form, Input, Switch } from 'antd';
import { useState } from 'react';
import type { CustomerItem } from '../../protocols/api/console.ts';
import { useAct } from '../ui/live.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { useTimes } from './place.ts';
import { useConsole } from './words.ts';

/** The express opt-in of a customer; each change is recorded with how it was given or withdrawn. */
export function Consent({
  customer: c,
  onDone,
}: {
  readonly customer: CustomerItem;
  readonly onDone: () => Promise<void>;
}) {
  const t = useConsole();
  const times = useTimes();
  const [asking, setAsking] = useState(false);
  const [form] = Form.useForm<{ source: string }>();
  const given = c.consent.maintenance;
  const act = useAct(async () => {
    const source = form.getFieldsValue().source.trim();
    await api.changeCustomer(c.id, { consent: { maintenance: !given, source } });
    await onDone();
    setAsking(false);
  });
  // What the customer said without anybody at the desk; else the words of whoever wrote it down.
  const sourceText = (source: string) =>
    source === 'opt-out-link' || source === 'list-unsubscribe' ? t(`customers.byCustomer.${source}`) : source;
  return (
    <span className="consent">
      <Switch
        checked={given}
        onChange={() => setAsking(true)}
        aria-label={t(given ? 'customers.withdraw' : 'customers.give', { name: c.name })}
      />
      <span>
        {t(given ? 'customers.agreed' : 'customers.notAgreed')}
        {c.consent.at !== null && c.consent.source !== null && (
          <span className="quiet small">
            {t('customers.agreedAt', { time: times.day(c.consent.at), source: sourceText(c.consent.source) })}
          </span>
        )}
      </span>
      <Dialog
        title={t(given ? 'customers.withdrawTitle' : 'customers.giveTitle', { name: c.name })}
        open={asking}
        onClose={() => setAsking(false)}
        submit={t('customers.record')}
        act={act}
        form={form}
      >
        <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
          <Form.Item
            name="source"
            label={t(given ? 'customers.withdrawSource' : 'customers.source')}
            rules={[{ required: true, whitespace: true }]}
          >
            <Input maxLength={120} autoFocus placeholder={t('customers.sourceExample')} />
          </Form.Item>
        </Form>
      </Dialog>
    </span>
  );
}
