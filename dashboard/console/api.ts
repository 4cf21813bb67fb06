import type { z } from 'zod';
import type {
  AlertItem,
  CustomerChange,
  CustomerItem,
  GatewayItem,
  MailItem,
  NewCustomer,
  NewGateway,
  NewOrder,
  NoticeItem,
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
import type { Contact, FlagCase, FlagOutcome, NewCaseAct, PartWeek, WeekList } from '../../protocols/api/flags.ts';
import type { CorrectionItem, LedgerDay, LedgerRange, NewCorrection } from '../../protocols/api/ledger.ts';
import { caller, isFault } from '../ui/request.ts';

/** A page of a list; `next` is the cursor of the page after it, or null. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
type Listed = { readonly site?: string | null; readonly cursor?: string | null };

const http = caller('/v1');
const enc = encodeURIComponent;

/** Every call of the console, as protocols/api/console.ts names them. All throw CallFault. */
export const api = {
  session: (signal?: AbortSignal) => http.get<Person>('/session', {}, signal),
  signIn: (body: z.input<typeof SignIn>) => http.post<Person>('/session', body),
  setUp: (body: z.input<typeof SetUp>) => http.post<Person>('/setup', body),
  signOut: () => http.remove('/session'),
  sites: (signal?: AbortSignal) => http.get<Page<SiteSummary>>('/sites', {}, signal),
  names: (site: string, signal?: AbortSignal) => http.get<SiteNames>(`/sites/${enc(site)}/layout`, {}, signal),

  ledgerDay: (site: string, day: string, signal?: AbortSignal) =>
    http.get<LedgerDay>('/ledger/day', { site, day }, signal),
  ledger: (
    site: string,
    from: string,
    to: string,
    labour: { readonly sales: number; readonly rate: number } | null,
    signal?: AbortSignal,
  ) => {
    const money = labour === null ? {} : { labourSales: labour.sales, labourRate: labour.rate };
    return http.get<LedgerRange>('/ledger', { site, from, to, ...money }, signal);
  },
  correct: (site: string, body: z.input<typeof NewCorrection>) =>
    http.post<CorrectionItem>(`/corrections?site=${enc(site)}`, body),
  withdraw: (site: string, correction: string, why: string) =>
    http.post<CorrectionItem>(`/corrections/${enc(correction)}/withdraw?site=${enc(site)}`, { why }),

  alerts: (q: Listed & { open?: boolean }, signal?: AbortSignal) => http.get<Page<AlertItem>>('/alerts', q, signal),
  acknowledge: (id: string) => http.post<AlertItem>(`/alerts/${enc(id)}/acknowledge`),

  vehicles: (q: Listed & { q?: string }, signal?: AbortSignal) =>
    http.get<Page<VehicleSummary>>('/vehicles', q, signal),
  story: (vin: string, site: string, signal?: AbortSignal) =>
    http.get<VehicleStory>(`/vehicles/${enc(vin)}`, { site }, signal),

  actOn: (vin: string, flag: string, site: string, body: z.input<typeof NewCaseAct>) =>
    http.post<FlagCase>(`/vehicles/${enc(vin)}/flags/${enc(flag)}?site=${enc(site)}`, body),
  week: (site: string, signal?: AbortSignal) => http.get<WeekList>('/week', { site }, signal),
  parts: (site: string, signal?: AbortSignal) => http.get<Page<PartWeek>>('/parts', { site }, signal),
  outcomes: (site: string, signal?: AbortSignal) => http.get<Page<FlagOutcome>>('/flag-outcomes', { site }, signal),
  contact: (customer: string, vin: string, site: string) =>
    http.post<Contact>(`/customers/${enc(customer)}/contact?site=${enc(site)}`, { vin }),

  orders: (q: Listed & { open?: boolean }, signal?: AbortSignal) => http.get<Page<OrderItem>>('/orders', q, signal),
  createOrder: (body: z.input<typeof NewOrder>) => http.post<OrderItem>('/orders', body),
  changeOrder: (order: string, site: string, body: z.input<typeof OrderChange>) =>
    http.patch<OrderItem>(`/orders/${enc(order)}`, body, { site }),

  notices: (q: Listed & { state?: string | null }, signal?: AbortSignal) =>
    http.get<Page<NoticeItem>>('/notices', q, signal),
  approve: (id: string) => http.post<NoticeItem>(`/notices/${enc(id)}/approve`),
  dismiss: (id: string, reason: string) => http.post<NoticeItem>(`/notices/${enc(id)}/dismiss`, { reason }),
  /** Null where mail goes to a real server. */
  mailbox: async (signal?: AbortSignal): Promise<Page<MailItem> | null> => {
    try {
      return await http.get<Page<MailItem>>('/mailbox', {}, signal);
    } catch (e) {
      if (isFault(e) && e.status === 404) return null;
      throw e;
    }
  },

  customers: (q: Listed & { q?: string }, signal?: AbortSignal) =>
    http.get<Page<CustomerItem>>('/customers', q, signal),
  createCustomer: (body: z.input<typeof NewCustomer>) => http.post<CustomerItem>('/customers', body),
  changeCustomer: (id: string, body: z.input<typeof CustomerChange>) =>
    http.patch<CustomerItem>(`/customers/${enc(id)}`, body),

  gateways: (signal?: AbortSignal) => http.get<Page<GatewayItem>>('/gateways', {}, signal),
  createGateway: (body: z.input<typeof NewGateway>) => http.post<{ readonly credential: string }>('/gateways', body),
  revokeGateway: (site: string, gateway: string) => http.remove(`/gateways/${enc(site)}/${enc(gateway)}`),
};
