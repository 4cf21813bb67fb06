import type { z } from 'zod';
import { FlagParam, NewSiteAct, SiteFlag, SiteFlagData } from '../../protocols/api/flags.ts';
import { type Call, checked, type Route, sent } from './fake-http.ts';

/** Flags of the gateway's own page, and what a person did with them. */
export interface FakeSiteFlags {
  items: SiteFlag[];
  readonly done: (z.infer<typeof NewSiteAct> & { readonly vin: string; readonly flag: string })[];
}

const DAY = 86_400_000;
const LIFE = {
  acknowledge: 'acknowledged',
  book: 'booked',
  verify: 'verified',
  dismiss: 'dismissed',
  reopen: 'raised',
} as const;

export function siteFlags(now: number): FakeSiteFlags {
  const plain = { plate: null, bay: null, cause: null, due: null, acts: [] };
  const raised = (at: number) => ({ state: 'raised', at, by: null, reason: null }) as const;
  return {
    done: [],
    items: [
      {
        ...plain,
        ...{ vin: 'LSVAM4187C2184841', plate: '沪A·8K215', bay: 'bay-1', flag: 'battery', cause: 'worn' },
        ...{ state: 'raised', severity: 'severe', due: now + 6 * DAY, life: raised(now - 2 * DAY) },
      },
      {
        ...plain,
        ...{ vin: 'LFV2A2156K3033127', plate: '沪B·22F07', flag: 'fuel-trim', cause: 'vacuum' },
        ...{ state: 'raised', severity: 'warning', due: now + 20 * DAY },
        life: {
          state: 'booked',
          at: now - DAY,
          by: 'LW',
          reason: null,
          appointment: { from: now + DAY, until: now + 2 * DAY },
        },
        acts: [
          { act: 'dismiss', at: now - 2 * DAY, by: 'account-7', reason: 'car was sold', from: 'cloud', counted: false },
          { act: 'book', at: now - DAY, by: 'LW', reason: null, from: 'site', counted: true },
        ],
      },
      {
        ...plain,
        ...{ vin: 'WVWZZZ1JZXW000001', flag: 'brakes', state: 'watch', severity: 'info' },
        life: { state: 'watching', at: now - 9 * DAY, by: null, reason: null },
      },
    ],
  };
}

/** The same routes as the gateway's, on a list in memory. */
export function siteFlagRoutes(
  flags: () => FakeSiteFlags,
  guarded: (answer: (c: Call) => unknown) => (c: Call) => unknown,
): Route[] {
  const path = /^\/flags\/([^/]+)\/([^/]+)$/;
  const found = (c: Call) =>
    flags().items.find((f) => f.vin === c.params[0] && f.flag === FlagParam.parse(c.params[1]))!;
  return [
    ['GET', /^\/flags$/, guarded(() => ({ items: flags().items.map((f) => checked(SiteFlag, f)) }))],
    [
      'GET',
      path,
      guarded(() => {
        const now = Date.now();
        const series = Array.from({ length: 30 }, (_, i) => ({ at: now - (30 - i) * DAY, value: 10.6 - i / 30 }));
        return checked(SiteFlagData, { at: now, unit: 'V', series, watch: 10.1, act: 9.6 });
      }),
    ],
    [
      'POST',
      path,
      guarded((c) => {
        const asked = sent(NewSiteAct, c.body);
        const { vin, flag } = found(c);
        flags().done.push({ ...asked, vin, flag });
        const { act, reason = null, appointment = null, who: by } = asked;
        const life = { state: LIFE[act], at: Date.now(), by, reason, appointment };
        const said = { act, at: life.at, by, reason, from: 'site', counted: true } as const;
        flags().items = flags().items.map((f) =>
          f.vin === vin && f.flag === flag ? { ...f, life, acts: [said, ...f.acts] } : f,
        );
        return checked(SiteFlag, found(c));
      }),
    ],
  ];
}
