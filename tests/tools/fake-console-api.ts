import { z } from 'zod';
import {
  AlertItem,
  CustomerChange,
  CustomerItem,
  GatewayItem,
  MailItem,
  NewCustomer,
  NewGateway,
  NewOrder,
  NoticeItem,
  ORDER_NEXT,
  OrderChange,
  OrderItem,
  Person,
  SetUp,
  SignIn,
  SiteNames,
  SiteSummary,
  VehicleStory,
  VehicleSummary,
} from '../../protocols/api/console.ts';
import { Contact, FlagCase, FlagOutcome, NewCaseAct, PartWeek, WeekList } from '../../protocols/api/flags.ts';
import { raisedCase } from './fake-flags.ts';
import { type Call, checked, type FakeServer, fakeServer, Refused, type Route, sent } from './fake-http.ts';
import { ledgerRoutes } from './fake-ledger.ts';
import type { FakeWorkshop } from './fake-workshop.ts';

export const SETUP_TOKEN = 'one-time-token-of-the-first-start';
const PAGE = 20;
/** What a flag becomes by an act. */
const AFTER = {
  ...{ acknowledge: 'acknowledged', book: 'booked', verify: 'verified', dismiss: 'dismissed' },
  ...{ reopen: 'raised', missed: 'acknowledged' },
} as const;

/** The cloud's `/v1` as the console sees it, over real HTTP on a free port; `workshop` may be changed while it runs. */
export async function fakeConsoleApi(workshop: FakeWorkshop, pages: string): Promise<FakeServer> {
  return fakeServer('/v1', 'lg_session', routesOf(workshop), pages);
}

function routesOf(w: FakeWorkshop): Route[] {
  let who: FakeWorkshop['people'][number] | null = null;
  const sites = () => new Set(w.sites.map((s) => s.site));
  const at = () => Date.now();

  const guarded =
    (answer: (c: Call) => unknown) =>
    (c: Call): unknown => {
      if (!c.signedIn || !who) throw new Refused(401, 'denied', 'sign in first');
      return answer(c);
    };
  const enter = (c: Call, person: FakeWorkshop['people'][number]) => {
    who = person;
    c.setCookie('yes');
    const { password: _secret, ...rest } = person;
    return checked(Person, rest);
  };

  return [
    [
      'POST',
      /^\/session$/,
      (c) => {
        const { email, password } = sent(SignIn, c.body);
        const person = w.people.find((p) => p.email === email && p.password === password);
        if (!person) throw new Refused(401, 'denied', 'e-mail or password is wrong');
        return enter(c, person);
      },
    ],
    ['GET', /^\/session$/, guarded((c) => enter(c, who!))],
    ['DELETE', /^\/session$/, (c) => c.setCookie('')],
    [
      'POST',
      /^\/setup$/,
      (c) => {
        const body = sent(SetUp, c.body);
        if (body.token !== SETUP_TOKEN) throw new Refused(401, 'denied', 'this link was used before, or is not one');
        const { token: _used, ...person } = body;
        const manager = { ...person, id: 'p-9', role: 'manager', locale: 'zh-CN' } as const;
        w.people = [...w.people, manager];
        return enter(c, manager);
      },
    ],
    ['GET', /^\/sites\/[^/]+\/layout$/, guarded(() => checked(SiteNames, w.names))],
    ...ledgerRoutes(
      () => w.ledger,
      guarded,
      () => who!.name,
    ),
    ['GET', /^\/sites$/, guarded(() => ({ items: w.sites.map((s) => checked(SiteSummary, s)), next: null }))],

    [
      'GET',
      /^\/alerts$/,
      guarded((c) => {
        const open = c.query.get('open');
        return paged(
          c,
          AlertItem,
          w.alerts.filter((a) => ofSite(c, a) && (open !== 'true' || a.state === 'raised')),
        );
      }),
    ],
    [
      'POST',
      /^\/alerts\/([^/]+)\/acknowledge$/,
      guarded((c) => {
        w.alerts = change(w.alerts, (a) => a.id === c.params[0], { acknowledgedBy: who!.name, acknowledgedAt: at() });
        return checked(
          AlertItem,
          w.alerts.find((a) => a.id === c.params[0]),
        );
      }),
    ],

    [
      'GET',
      /^\/vehicles$/,
      guarded((c) => {
        const q = (c.query.get('q') ?? '').toLowerCase();
        return paged(
          c,
          VehicleSummary,
          w.vehicles.filter((v) => `${v.vin} ${v.plate} ${v.model}`.toLowerCase().includes(q)),
        );
      }),
    ],
    [
      'GET',
      /^\/vehicles\/([^/]+)$/,
      guarded((c) => {
        const story = w.stories.get(c.params[0]!);
        if (!story) throw new Refused(404, 'not-found', `no vehicle ${c.params[0]}`);
        return checked(VehicleStory, story);
      }),
    ],

    [
      'POST',
      /^\/vehicles\/([^/]+)\/flags\/([^/]+)$/,
      guarded((c) => {
        const [vin, flag] = c.params;
        const body = sent(NewCaseAct, c.body);
        const story = w.stories.get(vin!);
        const one = story?.cases.find((k) => k.flag === flag) ?? raisedCase(vin!, flag!, w.sites[0]!.site, at());
        if ((body.act === 'dismiss' || body.act === 'later') && !body.reason)
          throw new Refused(400, 'invalid', `${body.act}: expected reason, got none; say it`, 'reason');
        const now = at();
        const state = { ...AFTER, call: one.state, later: one.state }[body.act];
        const past = [{ act: body.act, at: now, by: who!.name, reason: body.reason ?? null }, ...one.history];
        const over = state === 'verified' || state === 'dismissed' ? now : null;
        const next = checked(FlagCase, {
          ...{ ...one, state, changedAt: now, changedBy: who!.name, closedAt: over, history: past },
          ...(body.appointment ? { appointment: body.appointment } : {}),
        });
        if (story) story.cases = [next, ...story.cases.filter((k) => k.flag !== flag)];
        if (state !== one.state || body.act === 'later')
          w.flags.week = { ...w.flags.week, calls: w.flags.week.calls.filter((k) => k.vin !== vin) };
        return next;
      }),
    ],
    ['GET', /^\/week$/, guarded(() => checked(WeekList, w.flags.week))],
    ['GET', /^\/parts$/, guarded((c) => paged(c, PartWeek, w.flags.parts))],
    ['GET', /^\/flag-outcomes$/, guarded((c) => paged(c, FlagOutcome, w.flags.outcomes))],
    [
      'POST',
      /^\/customers\/([^/]+)\/contact$/,
      guarded((c) => {
        const contact = w.flags.contacts.get(c.params[0]!);
        if (!contact) throw new Refused(409, 'conflict', 'the customer has not agreed to be told', 'no-consent');
        return checked(Contact, contact);
      }),
    ],

    [
      'GET',
      /^\/orders$/,
      guarded((c) => {
        const open = c.query.get('open') === 'true';
        const shown = w.orders.filter(
          (o) => ofSite(c, o) && (!open || (o.state !== 'closed' && o.state !== 'cancelled')),
        );
        return paged(c, OrderItem, shown);
      }),
    ],
    [
      'POST',
      /^\/orders$/,
      guarded((c) => {
        const body = sent(NewOrder, c.body);
        const blank = { vin: null, plate: null, model: null, customer: null, bay: null, promisedAt: null };
        const rest = {
          standardMinutes: null,
          job: null,
          hold: null,
          state: 'expected',
          createdAt: at(),
          updatedAt: at(),
        };
        const order = checked(OrderItem, { ...blank, ...rest, order: `WO-${1_045 + w.orders.length}`, ...body });
        w.orders = [order, ...w.orders];
        return order;
      }),
    ],
    [
      'PATCH',
      /^\/orders\/([^/]+)$/,
      guarded((c) => {
        const body = sent(OrderChange, c.body);
        const order = w.orders.find((o) => o.order === c.params[0]);
        if (!order) throw new Refused(404, 'not-found', `no work order ${c.params[0]}`);
        if (body.state && !ORDER_NEXT[order.state].includes(body.state))
          throw new Refused(409, 'conflict', `work order ${order.order}: ${order.state} cannot become ${body.state}`);
        w.orders = change(w.orders, (o) => o === order, { ...body, updatedAt: at() });
        return checked(
          OrderItem,
          w.orders.find((o) => o.order === order.order),
        );
      }),
    ],

    [
      'GET',
      /^\/notices$/,
      guarded((c) => {
        const state = c.query.get('state');
        return paged(
          c,
          NoticeItem,
          w.notices.filter((n) => ofSite(c, n) && (!state || n.state === state)),
        );
      }),
    ],
    [
      'POST',
      /^\/notices\/([^/]+)\/(approve|dismiss)$/,
      guarded((c) => {
        const [id, verb] = c.params;
        const reason = verb === 'dismiss' ? sent(z.strictObject({ reason: z.string().min(1) }), c.body).reason : null;
        const notice = w.notices.find((n) => n.id === id);
        if (!notice) throw new Refused(404, 'not-found', `no notice ${id}`);
        if (verb === 'approve' && notice.state !== 'proposed')
          throw new Refused(409, 'conflict', `notice ${id} is ${notice.state}, only a proposed one can be approved`);
        const next =
          reason === null
            ? ({ state: 'approved', approvedBy: who!.name, sendAfter: at() + 3_600_000 } as const)
            : ({ state: 'dismissed', why: reason } as const);
        w.notices = change(w.notices, (n) => n === notice, next);
        return checked(
          NoticeItem,
          w.notices.find((n) => n.id === id),
        );
      }),
    ],
    [
      'GET',
      /^\/mailbox$/,
      guarded((c) => {
        if (w.mailbox === null) throw new Refused(404, 'not-found', 'mail goes to a real server');
        return paged(c, MailItem, w.mailbox);
      }),
    ],

    [
      'GET',
      /^\/customers$/,
      guarded((c) => {
        const q = (c.query.get('q') ?? '').toLowerCase();
        return paged(
          c,
          CustomerItem,
          w.customers.filter((p) => ofSite(c, p) && p.name.toLowerCase().includes(q)),
        );
      }),
    ],
    [
      'POST',
      /^\/customers$/,
      guarded((c) => {
        const { consent, email, phone, ...body } = sent(NewCustomer, c.body);
        const made = {
          ...body,
          email: email ?? null,
          phone: phone ?? null,
          id: `c-${w.customers.length + 1}`,
          consent: consentOf(consent),
        };
        w.customers = [checked(CustomerItem, made), ...w.customers];
        return w.customers[0];
      }),
    ],
    [
      'PATCH',
      /^\/customers\/([^/]+)$/,
      guarded((c) => {
        const { consent, ...body } = sent(CustomerChange, c.body);
        w.customers = w.customers.map((p) =>
          p.id === c.params[0]
            ? checked(CustomerItem, { ...p, ...body, consent: consent ? consentOf(consent) : p.consent })
            : p,
        );
        return w.customers.find((p) => p.id === c.params[0]);
      }),
    ],

    ['GET', /^\/gateways$/, guarded((c) => paged(c, GatewayItem, w.gateways))],
    [
      'POST',
      /^\/gateways$/,
      guarded((c) => {
        const body = sent(NewGateway, c.body);
        if (!sites().has(body.site)) throw new Refused(404, 'not-found', `no site ${body.site}`, 'site');
        if (w.gateways.some((g) => g.gateway === body.gateway && g.revokedAt === null))
          throw new Refused(409, 'conflict', `gateway ${body.gateway} is there already; revoke it first`, 'gateway');
        const gateway = checked(GatewayItem, {
          ...body,
          createdAt: at(),
          revokedAt: null,
          lastSyncAt: null,
          numbers: null,
        });
        w.gateways = [gateway, ...w.gateways];
        return { gateway, credential: 'lgw_c29tZS1jcmVkZW50aWFsLXNob3duLW9uY2U' };
      }),
    ],
    [
      'DELETE',
      /^\/gateways\/([^/]+)\/([^/]+)$/,
      guarded((c) => {
        w.gateways = change(w.gateways, (g) => g.site === c.params[0] && g.gateway === c.params[1], {
          revokedAt: at(),
        });
      }),
    ],
  ];

  function consentOf(c: { maintenance: boolean; source: string } | undefined) {
    return c ? { ...c, at: at() } : { maintenance: false, at: null, source: null };
  }
}

const ofSite = (c: Call, item: { site: string }) => !c.query.has('site') || c.query.get('site') === item.site;

function change<T>(items: T[], which: (item: T) => boolean, next: Partial<T>): T[] {
  return items.map((i) => (which(i) ? { ...i, ...next } : i));
}

function paged<T extends z.ZodType>(c: Call, schema: T, items: readonly unknown[]) {
  const from = Number(c.query.get('cursor') ?? 0);
  const next = from + PAGE < items.length ? String(from + PAGE) : null;
  return { items: items.slice(from, from + PAGE).map((i) => checked(schema, i)), next };
}
