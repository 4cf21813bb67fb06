import { MoreOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { ORDER_NEXT, type OrderItem } from '../../protocols/api/console.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { CloseOrder } from './order-close.tsx';
import { ChangeOrder } from './order-form.tsx';
import { useConsole } from './words.ts';

type State = OrderItem['state'];

/** What can be done with an order: the next state as a button, the other allowed ones and the change in a menu. */
export function OrderActs({
  order,
  onChanged,
}: {
  readonly order: OrderItem;
  readonly onChanged: () => Promise<void>;
}) {
  const t = useConsole();
  const { modal } = App.useApp();
  const [editing, setEditing] = useState(false);
  const [closing, setClosing] = useState(false);
  const [target, setTarget] = useState<State | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [first, ...others] = ORDER_NEXT[order.state];

  const move = async (state: State) => {
    setTarget(state);
    setFault(null);
    try {
      await api.changeOrder(order.order, order.site, { state });
      await onChanged();
    } catch (e) {
      setFault(e);
    }
    setTarget(null);
  };
  const pick = (state: State) => {
    // What was repaired is asked where it means something: of a car that is known.
    if (state === 'closed' && order.vin !== null) return setClosing(true);
    if (state !== 'cancelled') return void move(state);
    modal.confirm({
      title: t('orders.cancelAsk', { order: order.order }),
      content: t('orders.cancelHelp'),
      okText: t('orders.to.cancelled'),
      okButtonProps: { danger: true },
      cancelText: t('orders.keep'),
      onOk: () => move(state),
    });
  };

  if (!first) return null;
  return (
    <>
      <div className="order-acts">
        <Button size="small" loading={target === first} onClick={() => pick(first)}>
          {t(`orders.to.${first}`)}
        </Button>
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              { key: 'edit', label: t('orders.edit') },
              { type: 'divider' },
              ...others.map((s) => ({ key: s, label: t(`orders.to.${s}`), danger: s === 'cancelled' })),
            ],
            onClick: ({ key }) => {
              if (key === 'edit') return setEditing(true);
              const state = others.find((s) => s === key);
              if (state) pick(state);
            },
          }}
        >
          <Button
            size="small"
            type="text"
            icon={<MoreOutlined />}
            loading={target !== null && target !== first}
            aria-label={t('orders.move', { order: order.order })}
          />
        </Dropdown>
      </div>
      <Fault fault={fault} />
      {order.vin !== null && (
        <CloseOrder order={order} vin={order.vin} open={closing} onClose={() => setClosing(false)} onDone={onChanged} />
      )}
      <ChangeOrder order={order} open={editing} onClose={() => setEditing(false)} onDone={onChanged} />
    </>
  );
}
