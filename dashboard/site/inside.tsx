import { SettingOutlined } from '@ant-design/icons';
import { Button, Popover, Spin } from 'antd';
import { lazy, Suspense, useEffect } from 'react';
import type { SiteStatus } from '../../protocols/api/site.ts';
import { useTitle } from '../ui/door.tsx';
import { chosenLocale, showLocale } from '../ui/i18n.ts';
import { type Live, useLive, useNow } from '../ui/live.ts';
import { Brand, LanguageSwitch, LookSwitch } from '../ui/pieces.tsx';
import { secondsText } from '../ui/time.ts';
import { api } from './api.ts';
import { Cameras } from './camera/cameras.tsx';
import { Dead } from './dead.tsx';
import { Devices } from './devices.tsx';
import { Fault } from './fault.tsx';
import { type Place, PlaceContext } from './place.ts';
import { useRoute } from './route.ts';
import { Safe } from './safe.tsx';
import { Scan } from './scan.tsx';
import { Screens } from './screens.tsx';
import { Strangers } from './strangers.tsx';
import { useSite } from './words.ts';

const PAGES = ['overview', 'flags', 'bays', 'cameras'] as const;

/** Loaded when it is first opened. */
const BayPages = lazy(() => import('./bays.tsx'));
const FlagPage = lazy(() => import('./flags.tsx'));

/** The page of somebody who is signed in; asks the gateway every 2 s. */
export function Inside({ onOut }: { readonly onOut: () => void }) {
  const t = useSite();
  const live = useLive('status', (signal) => api.status(signal), 2_000);
  const here = useNow();
  const { data: status, at } = live;
  const [first, ...rest] = useRoute();
  const page = PAGES.find((p) => p === first) ?? 'overview';
  const named = page === 'overview' ? '' : `${t(`pages.${page}`)} · `;
  useTitle(status ? `${named}${status.site.name}` : t('title'));
  useEffect(() => {
    if (status && !chosenLocale()) showLocale(status.site.locale);
  }, [status]);

  if (!status || at === null) {
    return (
      <main className="site-wait">
        {live.fault ? <Fault fault={live.fault} retry={() => void live.reload()} /> : <Spin size="large" />}
      </main>
    );
  }
  const passedMs = Math.max(0, here - at);
  const place: Place = { status, passedMs, now: status.now + passedMs };
  return (
    <PlaceContext value={place}>
      <div className="site">
        <header className="site-top">
          <Brand />
          <h1>{status.site.name}</h1>
          <nav className="site-pages" aria-label={t('pages.title')}>
            {PAGES.map((p) => (
              <a key={p} href={p === 'overview' ? '#/' : `#/${p}`} aria-current={p === page ? 'page' : undefined}>
                {t(`pages.${p}`)}
              </a>
            ))}
          </nav>
          <time className="quiet">{secondsText(place.now, status.site.timezone)}</time>
          <Account onOut={onOut} />
        </header>
        <main className="site-main">
          <Cut live={live} status={status} />
          {page === 'bays' && (
            <Suspense fallback={<Spin className="wait" size="large" />}>
              <BayPages way={rest} />
            </Suspense>
          )}
          {page === 'flags' && (
            <Suspense fallback={<Spin className="wait" size="large" />}>
              <FlagPage />
            </Suspense>
          )}
          {page === 'cameras' && <Cameras chosen={rest[0] ?? null} />}
          {page === 'overview' && (
            <div className={live.fault ? 'site-grid site-old' : 'site-grid'}>
              <Safe />
              <Scan />
              <Dead />
              <Devices />
              <Strangers />
              <Screens />
            </div>
          )}
        </main>
      </div>
    </PlaceContext>
  );
}

/** Says that the gateway is silent; what it said before stays, and looks old. */
function Cut({ live, status }: { readonly live: Live<SiteStatus>; readonly status: SiteStatus }) {
  const t = useSite();
  if (!live.fault) return null;
  return (
    <div className="note" role="alert">
      <p>{t('fault.stale', { time: secondsText(status.now, status.site.timezone) })}</p>
      <Button size="small" onClick={() => void live.reload()}>
        {t('fault.retry')}
      </Button>
    </div>
  );
}

function Account({ onOut }: { readonly onOut: () => void }) {
  const t = useSite();
  const content = (
    <div className="account">
      <div>
        <span className="quiet">{t('account.language')}</span>
        <LanguageSwitch label={t('account.language')} />
      </div>
      <div>
        <span className="quiet">{t('account.theme')}</span>
        <LookSwitch
          label={t('account.theme')}
          names={{ light: t('account.light'), dark: t('account.dark'), system: t('account.system') }}
        />
      </div>
      <Button block onClick={() => void api.signOut().finally(onOut)}>
        {t('account.signOut')}
      </Button>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight" arrow={false}>
      <Button type="text" icon={<SettingOutlined />} aria-label={t('account.open')} />
    </Popover>
  );
}
