import { useMemo, useRef } from 'react';
import { tail } from '../../protocols/board.ts';
import { useBayLabel } from '../ui/bay-name.ts';
import { Bays } from '../ui/ledger/bays.tsx';
import { LedgerContext, type LedgerPlace } from '../ui/ledger/place.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { usePlace } from './place.ts';

/** The bays' days as this gateway knows them: works without the Internet. */
export default function BayPages({ way }: { readonly way: readonly string[] }) {
  const { status, now } = usePlace();
  const latest = useRef({ status, now });
  latest.current = { status, now };
  const label = useBayLabel();
  // The status is new every 2 s; the names in it hardly ever are.
  const named = JSON.stringify([status.bays, status.devices.map((d) => [d.device, d.name])]);
  const { id, name, timezone } = status.site;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` stands for the names in the status.
  const place = useMemo<LedgerPlace>(() => {
    const bays = new Map(latest.current.status.bays.map((b) => [b.bay, b.name]));
    const devices = new Map(latest.current.status.devices.map((d) => [d.device, d.name]));
    return {
      key: id,
      siteName: name,
      timezone,
      source: {
        day: (day, signal) => api.ledgerDay(day, signal),
        range: (from, to, _labour, signal) => api.ledger(from, to, signal),
        correct: (asked, who) => api.correct({ ...asked, who }),
        withdraw: (correction, why, who) => api.withdraw(correction, { why, who }),
      },
      bayName: (bay) => label(bays.get(bay) || bay),
      deviceName: (device) => devices.get(device) || device,
      now: () => latest.current.now,
      asksLabour: false,
      signer: null,
      Car,
      vinText: (vin) => `…${tail(vin)}`,
      daysBack: 3,
      href: (...way) => `#/${['bays', ...way].map(encodeURIComponent).join('/')}`,
      Fault,
    };
  }, [id, name, timezone, named, label]);
  return (
    <LedgerContext value={place}>
      <Bays way={way} />
    </LedgerContext>
  );
}

/** This page has one password for all of the workshop: of a car it shows the tail alone, as the wall does. */
function Car({ vin }: { readonly vin: string }) {
  return <span className="id">…{tail(vin)}</span>;
}
