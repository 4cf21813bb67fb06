import { Checkbox, Form, Spin } from 'antd';
import type { OrderItem } from '../../protocols/api/console.ts';
import type { FlagCase } from '../../protocols/api/flags.ts';
import { FLAGS, type FlagName } from '../../protocols/health/flag.ts';
import { flagsOfJob } from '../../protocols/health/job.ts';
import { useCodes } from '../ui/i18n.ts';
import { useAct, useLive } from '../ui/live.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { useFlags } from './flag-words.ts';
import { useConsole } from './words.ts';
import './order-close.css';

interface Props {
  readonly order: OrderItem;
  readonly vin: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}
type Fields = Record<FlagName, boolean>;

/** Closing an order asks what was repaired: readings of the old part say nothing of the new one. */
export function CloseOrder({ order, vin, open, onClose, onDone }: Props) {
  const t = useConsole();
  const [form] = Form.useForm<Fields>();
  const told = order.job === null ? [] : flagsOfJob(order.job);
  const said = Form.useWatch((f: Partial<Fields>) => FLAGS.filter((flag) => f[flag]).length, form) ?? told.length;
  const act = useAct(async () => {
    const fields = form.getFieldsValue();
    await api.changeOrder(order.order, order.site, { state: 'closed', repaired: FLAGS.filter((f) => fields[f]) });
    await onDone();
    onClose();
  });
  return (
    <Dialog
      title={t('orders.closeTitle', { order: order.order })}
      open={open}
      onClose={onClose}
      submit={t('orders.to.closed')}
      act={act}
      form={form}
    >
      <p className="quiet">{t('orders.closeLead')}</p>
      <Form
        form={form}
        initialValues={Object.fromEntries(told.map((f) => [f, true]))}
        onFinish={() => void act.run()}
        className="close-order"
      >
        <Parts vin={vin} site={order.site} />
      </Form>
      {told.length > 0 && <p className="quiet small">{t('orders.closeJob')}</p>}
      <p role="status" className="close-count">
        {said === 0 ? t('orders.closeNone') : t('orders.closeCount', { count: said })}
      </p>
    </Dialog>
  );
}

/** All parts that are watched, those with an open prediction first. */
function Parts({ vin, site }: { readonly vin: string; readonly site: string }) {
  const t = useConsole();
  const code = useCodes();
  const f = useFlags();
  const live = useLive(`close ${site} ${vin}`, (signal) => api.story(vin, site, signal), 60_000);
  if (!live.data && live.fault === null) return <Spin />;
  const open = new Map<string, FlagCase>();
  for (const c of live.data?.cases ?? []) if (c.closedAt === null) open.set(c.flag, c);
  const box = (flag: FlagName) => {
    const state = open.get(flag)?.state;
    return (
      <Form.Item key={flag} name={flag} valuePropName="checked" noStyle>
        <Checkbox>
          {code(`flag.${flag}`)} {state && <span className="quiet small">{f(`life.${state}`)}</span>}
        </Checkbox>
      </Form.Item>
    );
  };
  const [first, others] = [FLAGS.filter((flag) => open.has(flag)), FLAGS.filter((flag) => !open.has(flag))];
  return (
    <>
      {live.fault !== null && !live.data && <p className="note">{t('orders.closeUnknown')}</p>}
      {first.length > 0 && (
        <fieldset>
          <legend>{t('orders.closeOpen')}</legend>
          {first.map(box)}
        </fieldset>
      )}
      <fieldset>
        <legend>{t(first.length > 0 ? 'orders.closeOther' : 'orders.closeAll')}</legend>
        {others.map(box)}
      </fieldset>
    </>
  );
}
