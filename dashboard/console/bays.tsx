import { useMemo } from 'react';
import { useTitle } from '../ui/door.tsx';
import { Bays } from '../ui/ledger/bays.tsx';
import { LedgerContext, type LedgerPlace } from '../ui/ledger/place.ts';
import { useLive } from '../ui/live.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useNames } from './names.ts';
import { usePlace } from './place.ts';
import { hrefOf, type Route } from './route.ts';
import { useConsole } from './words.ts';

/** The bays' days and what their time was spent on, from the cloud. */
export default function BayPages({ route }: { readonly route: Route }) {
  const t = useConsole();
  const { person, site } = usePlace();
  const names = useNames();
  useTitle(t('nav.bays'));
  const place = useMemo<LedgerPlace>(
    () => ({
      key: site.site,
      siteName: site.name,
      timezone: site.timezone,
      source: {
        day: (day, signal) => api.ledgerDay(site.site, day, signal),
        range: (from, to, labour, signal) => api.ledger(site.site, from, to, labour, signal),
        correct: (asked) => api.correct(site.site, asked),
        withdraw: (correction, why) => api.withdraw(site.site, correction, why),
      },
      bayName: names.bay,
      deviceName: names.device,
      now: Date.now,
      asksLabour: true,
      signer: person.name,
      Car,
      vinText: (vin) => vin,
      daysBack: null,
      href: (...way) => hrefOf('bays', ...way),
      Fault,
    }),
    [site.site, site.name, site.timezone, person.name, names],
  );
  return (
    <LedgerContext value={place}>
      <Bays way={route} />
    </LedgerContext>
  );
}

/** Plate, model and VIN of a car, as an advisor may see them; a way to its story. */
function Car({ vin }: { readonly vin: string }) {
  const { site } = usePlace().site;
  const { data } = useLive(`car ${site} ${vin}`, (signal) => api.vehicles({ site, q: vin }, signal), 300_000);
  const car = data?.items.find((v) => v.vin === vin);
  const name = car ? [car.plate, car.model].filter((x) => x !== null).join(' · ') : '';
  return (
    <>
      {name && `${name} `}
      <a className="id" href={hrefOf('vehicles', vin)}>
        {vin}
      </a>
    </>
  );
}
