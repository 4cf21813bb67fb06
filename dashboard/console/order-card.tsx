import type { OrderItem } from '../../protocols/api/console.ts';
import type { HoldReason } from '../../protocols/event.ts';
import { useCodes } from '../ui/i18n.ts';
import { useNow } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { useNames } from './names.ts';
import { OrderActs } from './order-acts.tsx';
import { useTimes } from './place.ts';
import { hrefOf } from './route.ts';
import { useConsole } from './words.ts';

/** One order on the board. */
export function OrderCard({
  order,
  onChanged,
}: {
  readonly order: OrderItem;
  readonly onChanged: () => Promise<void>;
}) {
  const now = useNow(15_000);
  const names = useNames();
  return (
    <article className="order" data-order={order.order}>
      <div className="order-head">
        <strong>{order.order}</strong>
        {order.bay && <span className="quiet small">{names.bay(order.bay)}</span>}
      </div>
      <OrderCar order={order} />
      {order.job && <p>{order.job}</p>}
      {order.hold && <Hold reason={order.hold} />}
      <Promised order={order} now={now} />
      <OrderActs order={order} onChanged={onChanged} />
    </article>
  );
}

export function OrderCar({ order: o }: { readonly order: OrderItem }) {
  const t = useConsole();
  const name = [o.plate, o.model].filter((x) => x !== null).join(' · ') || o.vin || t('orders.noCar');
  return o.vin ? <a href={hrefOf('vehicles', o.vin)}>{name}</a> : <span>{name}</span>;
}

export function Hold({ reason }: { readonly reason: HoldReason }) {
  const code = useCodes();
  return (
    <Mark shape="bars" tone="waiting">
      {code(`hold.${reason}`)}
    </Mark>
  );
}

/** The promised time; late is a mark, unless the car is ready. */
export function Promised({ order: o, now }: { readonly order: OrderItem; readonly now: number }) {
  const t = useConsole();
  const times = useTimes();
  if (o.promisedAt === null) return <span className="quiet small">{t('orders.noPromise')}</span>;
  const time = times.near(o.promisedAt, now);
  const late = o.promisedAt < now && o.state !== 'ready' && o.state !== 'closed' && o.state !== 'cancelled';
  return (
    <span className="promised num">
      <span className="quiet small">{t('orders.promised')}</span> {time}{' '}
      {late && (
        <Mark shape="triangle" tone="blocked">
          {t('orders.late')}
        </Mark>
      )}
    </span>
  );
}
