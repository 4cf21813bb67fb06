import type { CustomerItem, OrderItem } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import type { Car } from '../../simulators/day.ts';
import type { Truth } from '../../simulators/workshop.ts';

/** What an advisor does at the desk, done through the same API as the console: customers and work orders. */
export interface Advisor {
  expect(car: Car): Promise<void>;
  /** Moves the order on as the car comes and goes. */
  follow(line: Truth): Promise<void>;
}

export interface AdvisorOptions {
  readonly url: string;
  readonly site: string;
  readonly email: string;
  readonly password: string;
  readonly now: () => number;
  /** Bays where nothing reads the car's VIN: their orders name the bay. */
  readonly blindBays: ReadonlySet<string>;
}

/** Signs in. @throws LiftgateError `denied` */
export async function signIn(options: AdvisorOptions): Promise<Advisor> {
  const { url, site, email, password, now, blindBays } = options;
  const answer = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new LiftgateError('denied', `the demo's account was refused: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');

  async function call<T>(method: string, path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json', cookie };
    const reply = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new LiftgateError('invalid', `${method} ${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  }

  const orders = new Map<string, string>();
  const move = (order: string, state: OrderItem['state']) =>
    call<OrderItem>('PATCH', `/v1/orders/${encodeURIComponent(order)}?site=${site}`, { state });

  return {
    async expect(car) {
      let customer: string | null = null;
      if (car.customer) {
        const { consent, ...who } = car.customer;
        const given = { maintenance: consent, source: 'demo' };
        customer = (
          await call<CustomerItem>('POST', '/v1/customers', { site, ...who, vins: [car.vin], consent: given })
        ).id;
      }
      const { vin, plate, model, job } = car;
      const { order } = await call<OrderItem>('POST', '/v1/orders', {
        ...{ site, vin, plate, model, job, customer },
        bay: blindBays.has(car.bay) ? car.bay : null,
        promisedAt: car.promised === undefined ? null : now() + car.arrives + car.promised,
        standardMinutes: car.standard === undefined ? null : Math.ceil(car.standard / 60_000),
      });
      orders.set(car.vin, order);
    },
    async follow({ vin, what }) {
      const order = orders.get(vin);
      if (order === undefined) return;
      if (what === 'enter') await move(order, 'checked-in');
      if (what === 'leave') {
        orders.delete(vin);
        await move(order, 'ready');
        await move(order, 'closed');
      }
    },
  };
}
