import {
  PairScreen,
  ScreenItem,
  SiteDeadLetter,
  SiteDeadReplay,
  SiteScan,
  SiteScanReply,
  SiteSetUp,
  SiteSignIn,
  SiteStatus,
} from '../../protocols/api/site.ts';
import { type Call, checked, type FakeServer, fakeServer, Refused, type Route, sent } from './fake-http.ts';

import { type FakeLedger, ledgerRoutes } from './fake-ledger.ts';
import { type FakeSiteFlags, siteFlagRoutes } from './fake-site-flags.ts';

export const SITE_TOKEN = 'one-time-token-of-this-gateway';
export const SITE_PASSWORD = 'workshop-password';
export const SCREEN_CODE = '7KM4QX';

export interface FakeSite {
  status: () => SiteStatus;
  needsSetUp: boolean;
  screens: ScreenItem[];
  /** What the cloud refused; what is sent again leaves it. */
  dead?: SiteDeadLetter[];
  ledger: FakeLedger;
  flags: FakeSiteFlags;
}

/** The gateway's `/site/api` as its own page sees it, over real HTTP on a free port. */
export async function fakeSiteApi(site: FakeSite, pages: string): Promise<FakeServer> {
  return fakeServer('/site/api', 'lg_site', routesOf(site), pages);
}

function routesOf(site: FakeSite): Route[] {
  const guarded =
    (answer: (c: Call) => unknown) =>
    (c: Call): unknown => {
      if (!c.signedIn) throw new Refused(401, 'denied', 'sign in first');
      return answer(c);
    };
  return [
    ['GET', /^\/session$/, (c) => ({ signedIn: c.signedIn, needsSetUp: site.needsSetUp })],
    [
      'POST',
      /^\/session$/,
      (c) => {
        if (sent(SiteSignIn, c.body).password !== SITE_PASSWORD)
          throw new Refused(401, 'denied', 'the password is wrong');
        c.setCookie('yes');
      },
    ],
    ['DELETE', /^\/session$/, (c) => c.setCookie('')],
    [
      'POST',
      /^\/setup$/,
      (c) => {
        if (sent(SiteSetUp, c.body).token !== SITE_TOKEN) throw new Refused(401, 'denied', 'this link was used before');
        site.needsSetUp = false;
        c.setCookie('yes');
      },
    ],
    ...ledgerRoutes(
      () => site.ledger,
      guarded,
      () => null,
    ),
    ...siteFlagRoutes(() => site.flags, guarded),
    ['GET', /^\/status$/, guarded(() => checked(SiteStatus, site.status()))],
    ['POST', /^\/scan$/, guarded((c) => checked(SiteScanReply, scan(sent(SiteScan, c.body).text)))],
    ['GET', /^\/dead-letters$/, guarded(() => ({ items: (site.dead ?? []).map((d) => checked(SiteDeadLetter, d)) }))],
    [
      'POST',
      /^\/dead-letters\/replay$/,
      guarded((c) => {
        const { id } = sent(SiteDeadReplay, c.body);
        const before = site.dead ?? [];
        site.dead = before.filter((d) => d.event === null || (id !== undefined && d.id !== id));
        return { queued: before.length - site.dead.length };
      }),
    ],
    ['GET', /^\/screens$/, guarded(() => ({ items: site.screens.map((s) => checked(ScreenItem, s)), next: null }))],
    [
      'POST',
      /^\/screens$/,
      guarded((c) => {
        const { code, name } = sent(PairScreen, c.body);
        if (code !== SCREEN_CODE) throw new Refused(404, 'not-found', 'no screen shows this code now', 'code');
        const now = Date.now();
        const screen = { screen: 's-2', name, pairedAt: now, expiresAt: now + 90 * 86_400_000, lastSeenAt: null };
        site.screens = [...site.screens, screen];
        return checked(ScreenItem, screen);
      }),
    ],
    [
      'DELETE',
      /^\/screens\/([^/]+)$/,
      guarded((c) => {
        site.screens = site.screens.filter((s) => s.screen !== c.params[0]);
      }),
    ],
  ];
}

function scan(text: string) {
  const vin = /^[A-HJ-NPR-Z0-9]{17}$/.test(text);
  const plain = { text, checkDigit: 'absent', maker: null, modelYear: null, story: [] };
  if (text === 'HOLD:parts') return { ...plain, kind: 'hold', text: 'parts', outcome: 'taken' };
  if (text === 'UNDO') return { ...plain, kind: 'undo', text: '', outcome: 'undone' };
  if (!vin) return { kind: 'unknown', text, checkDigit: 'absent', maker: null, modelYear: null, story: [] };
  const now = Date.now();
  return {
    kind: 'vin',
    text,
    checkDigit: 'right',
    maker: 'SAIC Volkswagen',
    modelYear: '2012',
    story: [
      {
        type: 'liftgate.vehicle.codes.v1',
        time: now - 3_600_000,
        data: { status: 'stored', codes: ['P0128'], lamp: true, bay: 'bay-1' },
      },
      {
        type: 'liftgate.scan.v1',
        time: now - 7_200_000,
        data: { device: 'scan-1', kind: 'vin', text, bay: 'bay-1', checkDigit: 'right' },
      },
    ],
  };
}
