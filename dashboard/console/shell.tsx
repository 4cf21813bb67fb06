import {
  BarChartOutlined,
  BellOutlined,
  CarOutlined,
  ClusterOutlined,
  FileTextOutlined,
  MailOutlined,
  PhoneOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Button, Popover, Select, Spin } from 'antd';
import { type ComponentType, Suspense, useMemo } from 'react';
import { useBayLabel } from '../ui/bay-name.ts';
import { useLive } from '../ui/live.ts';
import { Brand, LanguageSwitch, LookSwitch } from '../ui/pieces.tsx';
import { api } from './api.ts';
import type { Screens } from './console.tsx';
import { NamesContext, namesFrom } from './names.ts';
import { usePlace } from './place.ts';
import { hrefOf, useRoute } from './route.ts';
import { useScanner } from './scanned.ts';
import { useConsole } from './words.ts';

type Name = keyof Screens;
const ICONS: Readonly<Record<Name, ComponentType>> = {
  alerts: BellOutlined,
  bays: BarChartOutlined,
  week: PhoneOutlined,
  vehicles: CarOutlined,
  orders: FileTextOutlined,
  notices: MailOutlined,
  customers: TeamOutlined,
  safe: SafetyCertificateOutlined,
  gateways: ClusterOutlined,
};

/** The frame of the signed-in console: the way between its pages, and who is here. */
export function Shell({ screens }: { readonly screens: Screens }) {
  const t = useConsole();
  useScanner();
  const { person, site } = usePlace();
  const [first, ...rest] = useRoute();
  const pages = (Object.keys(ICONS) as Name[]).filter((n) => n !== 'gateways' || person.role === 'manager');
  const name = pages.find((n) => n === first) ?? 'alerts';
  const Screen = screens[name];
  const alerts = useLive(`count ${site.site}`, (s) => api.alerts({ site: site.site, open: true }, s), 10_000);
  const unseen = alerts.data?.items.filter((a) => a.acknowledgedBy === null).length ?? 0;
  const said = useLive(`names ${site.site}`, (s) => api.names(site.site, s), 60_000);
  const label = useBayLabel();
  const names = useMemo(() => namesFrom(said.data, label), [said.data, label]);

  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t('nav.skip')}
      </button>
      <header className="shell-top">
        <Brand />
        <span className="shell-site">{site.name}</span>
        <Account />
      </header>
      <nav className="shell-nav" aria-label={t('nav.label')}>
        {pages.map((n) => {
          const Icon = ICONS[n];
          return (
            <a key={n} href={hrefOf(n)} aria-current={n === name ? 'page' : undefined}>
              <Icon />
              <span>{t(`nav.${n}`)}</span>
              {n === 'alerts' && unseen > 0 && <b className="shell-count">{unseen}</b>}
            </a>
          );
        })}
      </nav>
      <main className="shell-main" id="content" tabIndex={-1}>
        <Suspense fallback={<Spin className="wait" size="large" />}>
          <NamesContext value={names}>
            <Screen key={site.site} route={rest} />
          </NamesContext>
        </Suspense>
      </main>
    </div>
  );
}

function Account() {
  const t = useConsole();
  const { person, sites, site, choose, signOut } = usePlace();
  const content = (
    <div className="account">
      <div>
        <strong>{person.name}</strong>
        <span className="quiet">{t(`account.${person.role}`)}</span>
      </div>
      {sites.length > 1 && (
        <div>
          <span className="quiet">{t('account.site')}</span>
          <Select
            aria-label={t('account.site')}
            value={site.site}
            onChange={choose}
            options={sites.map((s) => ({ value: s.site, label: s.name }))}
          />
        </div>
      )}
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
      <Button block onClick={signOut}>
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
