import { Spin } from 'antd';
import { lazy, useCallback, useEffect, useState } from 'react';
import type { Person, SiteSummary } from '../../protocols/api/console.ts';
import { Gate } from '../ui/door.tsx';
import { chosenLocale, isLocale, showLocale } from '../ui/i18n.ts';
import { isFault, SIGNED_OUT } from '../ui/request.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { SetUpCard, SignInCard } from './gate.tsx';
import { type Place, PlaceContext } from './place.ts';
import { go, setUpToken } from './route.ts';
import { Shell } from './shell.tsx';
import { useConsole } from './words.ts';

type Stage =
  | { readonly at: 'asking' }
  | { readonly at: 'cut'; readonly fault: unknown }
  | { readonly at: 'set-up'; readonly token: string }
  | { readonly at: 'sign-in' }
  | { readonly at: 'in'; readonly person: Person; readonly sites: readonly SiteSummary[] };

const KEPT_SITE = 'liftgate.site';

/** The console: first who is here, then the pages. */
export function Console() {
  const t = useConsole();
  const [stage, setStage] = useState<Stage>({ at: 'asking' });
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(KEPT_SITE));

  const enter = useCallback(async (person: Person) => {
    const { items } = await api.sites();
    if (!chosenLocale() && isLocale(person.locale)) showLocale(person.locale);
    setStage({ at: 'in', person, sites: items });
  }, []);

  const begin = useCallback(async () => {
    const token = setUpToken();
    if (token !== null) return setStage({ at: 'set-up', token });
    try {
      await enter(await api.session());
    } catch (fault) {
      setStage(isFault(fault) && fault.status === 401 ? { at: 'sign-in' } : { at: 'cut', fault });
    }
  }, [enter]);

  useEffect(() => void begin(), [begin]);
  useEffect(() => {
    // A session that ends while somebody works: any refused call leads back to the door.
    const leave = () => setStage((s) => (s.at === 'in' ? { at: 'sign-in' } : s));
    addEventListener(SIGNED_OUT, leave);
    return () => removeEventListener(SIGNED_OUT, leave);
  }, []);

  switch (stage.at) {
    case 'asking':
      return (
        <Gate language={t('account.language')}>
          <Spin size="large" />
        </Gate>
      );
    case 'cut':
      return (
        <Gate language={t('account.language')}>
          <div className="gate-wait">
            <Fault fault={stage.fault} retry={() => void begin()} />
          </div>
        </Gate>
      );
    case 'set-up':
      return (
        <Gate language={t('account.language')}>
          <SetUpCard
            token={stage.token}
            onIn={async (person) => {
              await enter(person);
              go('alerts');
            }}
            onInstead={() => {
              go('alerts');
              setStage({ at: 'sign-in' });
            }}
          />
        </Gate>
      );
    case 'sign-in':
      return (
        <Gate language={t('account.language')}>
          <SignInCard onIn={enter} />
        </Gate>
      );
    case 'in': {
      const site = stage.sites.find((s) => s.site === chosen) ?? stage.sites[0];
      const place: Place = {
        person: stage.person,
        sites: stage.sites,
        site: site ?? { site: '', name: t('account.noSite'), timezone: 'UTC', gateways: [] },
        choose: (id) => {
          sessionStorage.setItem(KEPT_SITE, id);
          setChosen(id);
        },
        signOut: () => void api.signOut().finally(() => setStage({ at: 'sign-in' })),
      };
      return (
        <PlaceContext value={place}>
          <Shell screens={SCREENS} />
        </PlaceContext>
      );
    }
  }
}

/** Each page is a part of its own, loaded when it is first opened. */
const SCREENS = {
  alerts: lazy(() => import('./alerts.tsx')),
  bays: lazy(() => import('./bays.tsx')),
  week: lazy(() => import('./week/week.tsx')),
  vehicles: lazy(() => import('./vehicles.tsx')),
  orders: lazy(() => import('./orders.tsx')),
  notices: lazy(() => import('./notices.tsx')),
  customers: lazy(() => import('./customers.tsx')),
  safe: lazy(() => import('./safe.tsx')),
  gateways: lazy(() => import('./gateways.tsx')),
};
export type Screens = typeof SCREENS;
