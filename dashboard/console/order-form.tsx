import { Form, Input, InputNumber, Select } from 'antd';
import { NewOrder, type OrderItem } from '../../protocols/api/console.ts';
import { HoldReason, Vin } from '../../protocols/event.ts';
import { useCodes } from '../ui/i18n.ts';
import { useAct } from '../ui/live.ts';
import { fromField, toField } from '../ui/zoned.ts';
import { api } from './api.ts';
import { Dialog, type DialogProps } from './dialog.tsx';
import { useNames } from './names.ts';
import { usePlace, useTimes } from './place.ts';
import { useConsole } from './words.ts';

type Doing = Pick<DialogProps, 'open' | 'onClose'> & { readonly onDone: () => Promise<void> };

interface Fields {
  vin?: string;
  plate?: string;
  model?: string;
  job?: string;
  bay?: string;
  promised?: string;
  minutes?: number | null;
  hold?: HoldReason | null;
}

export function CreateOrder({ open, onClose, onDone }: Doing) {
  const t = useConsole();
  const { site } = usePlace().site;
  const { zone } = useTimes();
  const [form] = Form.useForm<Fields>();
  const act = useAct(async () => {
    const f = form.getFieldsValue();
    const body = NewOrder.parse({
      site,
      vin: textOf(f.vin?.toUpperCase()),
      plate: textOf(f.plate),
      model: textOf(f.model),
      job: textOf(f.job),
      bay: textOf(f.bay),
      promisedAt: fromField(f.promised, zone),
      standardMinutes: f.minutes ?? null,
    });
    await api.createOrder(body);
    await onDone();
    onClose();
  });
  return (
    <Dialog title={t('orders.create')} open={open} onClose={onClose} submit={t('orders.submit')} act={act} form={form}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()} className="form-grid">
        <Form.Item
          className="form-wide"
          name="vin"
          label={t('orders.vin')}
          rules={[{ validator: (_, v: string) => checkVin(v, t('orders.vinHelp')) }]}
        >
          <Input className="id" autoCapitalize="characters" spellCheck={false} maxLength={17} />
        </Form.Item>
        <Form.Item name="plate" label={t('orders.plate')}>
          <Input maxLength={16} />
        </Form.Item>
        <Form.Item name="model" label={t('orders.model')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item className="form-wide" name="job" label={t('orders.job')}>
          <Input maxLength={120} />
        </Form.Item>
        <BayField />
        <Form.Item name="minutes" label={t('orders.minutes')}>
          <InputNumber min={1} max={10_000} precision={0} suffix={t('orders.minutesUnit')} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item className="form-wide" name="promised" label={t('orders.promised')}>
          <Input type="datetime-local" />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

/** Hold, promise, bay and job; the state has its own buttons. */
export function ChangeOrder({ order, open, onClose, onDone }: Doing & { readonly order: OrderItem }) {
  const t = useConsole();
  const code = useCodes();
  const { zone } = useTimes();
  const [form] = Form.useForm<Fields>();
  const act = useAct(async () => {
    const f = form.getFieldsValue();
    await api.changeOrder(order.order, order.site, {
      hold: f.hold ?? null,
      promisedAt: fromField(f.promised, zone),
      bay: textOf(f.bay),
      job: textOf(f.job),
    });
    await onDone();
    onClose();
  });
  const initial: Fields = {
    hold: order.hold,
    promised: toField(order.promisedAt, zone),
    ...(order.bay === null ? {} : { bay: order.bay }),
    job: order.job ?? '',
  };
  return (
    <Dialog title={order.order} open={open} onClose={onClose} submit={t('orders.save')} act={act} form={form}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onFinish={() => void act.run()}
        className="form-grid"
      >
        <Form.Item className="form-wide" name="hold" label={t('orders.hold')}>
          <Select
            allowClear
            placeholder={t('orders.noHold')}
            options={HoldReason.options.map((h) => ({ value: h, label: code(`hold.${h}`) }))}
          />
        </Form.Item>
        <Form.Item className="form-wide" name="promised" label={t('orders.promised')}>
          <Input type="datetime-local" />
        </Form.Item>
        <BayField />
        <Form.Item name="job" label={t('orders.job')}>
          <Input maxLength={120} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

function textOf(text: string | undefined): string | null {
  return text?.trim() ? text.trim() : null;
}

async function checkVin(text: string | undefined, help: string): Promise<void> {
  if (text?.trim() && !Vin.safeParse(text.trim().toUpperCase()).success) throw new Error(help);
}

/** A bay by its name; one that has left the configuration stays what it is. */
function BayField() {
  const t = useConsole();
  const names = useNames();
  return (
    <Form.Item name="bay" label={t('orders.bay')}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        options={names.bays.map(({ bay }) => ({ value: bay, label: names.bay(bay) }))}
      />
    </Form.Item>
  );
}
