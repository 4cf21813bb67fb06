import { Spin } from 'antd';
import { useState } from 'react';
import type { SiteFlag } from '../../protocols/api/flags.ts';
import { tail } from '../../protocols/board.ts';
import { advisorText } from '../../protocols/health/text.ts';
import { useBayLabel } from '../ui/bay-name.ts';
import { flagMark } from '../ui/flag-mark.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { useLive } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { Nothing } from '../ui/pieces.tsx';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { FlagAct, isOver } from './flag-act.tsx';
import { FlagMore } from './flag-more.tsx';
import { useSiteFlags } from './flag-words.ts';
import { useBayName, useTimes } from './place.ts';
import './flags.css';

/** What the cars here will need, and dealing with it while the cloud cannot be reached. */
export default function Flags() {
  const t = useSiteFlags();
  const live = useLive('flags', (signal) => api.flags(signal), 4_000);
  // That the gateway is silent is said above, for the whole page; what it said before looks old.
  const { data, fault } = live;
  return (
    <section className="site-flags" aria-labelledby="flags-title">
      <div>
        <h2 id="flags-title">{t('title')}</h2>
        <p className="quiet">{t('lead')}</p>
      </div>
      {fault !== null && !data && <Fault fault={fault} retry={() => void live.reload()} />}
      {!data && fault === null && <Spin className="wait" size="large" />}
      {data?.items.length === 0 && (
        <div className="card">
          <Nothing title={t('empty')} help={t('emptyHelp')} />
        </div>
      )}
      <ul className={fault === null ? 'site-flag-list' : 'site-flag-list site-old'}>
        {data?.items.map((f) => (
          <li key={`${f.vin} ${f.flag}`}>
            <Card flag={f} onDone={live.reload} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Card({ flag: f, onDone }: { readonly flag: SiteFlag; readonly onDone: () => Promise<void> }) {
  const t = useSiteFlags();
  const code = useCodes();
  const bayName = useBayName();
  const label = useBayLabel();
  const times = useTimes();
  const [locale] = useLocale();
  const [open, setOpen] = useState(false);
  const name = code(`flag.${f.flag}`);
  const where = [
    t('car', { tail: tail(f.vin) ?? '' }),
    ...(f.plate === null ? [] : [t('plate', { tail: tail(f.plate) ?? '' })]),
    ...(f.bay === null ? [] : [label(bayName(f.bay))]),
  ];
  const over = isOver(f);
  return (
    <article className="card site-flag" data-flag={f.flag} data-vin={f.vin} data-life={f.life?.state ?? 'none'}>
      <div className="site-flag-head">
        <h3>{name}</h3>
        <Mark {...flagMark(f.state, f.severity)}>{code(`flagState.${f.state}`)}</Mark>
        <span className="quiet small num">{f.due === null ? t('noDue') : t('due', { day: times.day(f.due) })}</span>
      </div>
      <p className="site-flag-car id">{where.join(' · ')}</p>
      <Life flag={f} />
      {!over && <p className="site-flag-text">{advisorText(f, locale).body}</p>}
      <FlagAct flag={f} name={name} onDone={onDone} />
      <details onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{t('more')}</summary>
        {open && <FlagMore flag={f} />}
      </details>
    </article>
  );
}

/** Where it stands, and who said so. */
function Life({ flag: { life, acts } }: { readonly flag: SiteFlag }) {
  const t = useSiteFlags();
  const times = useTimes();
  if (life === null) return <p className="quiet small">{t('none')}</p>;
  const from = acts.find((a) => a.counted && a.at === life.at)?.from ?? 'site';
  const who = life.by === null ? t('by.rules') : t(`by.${from}`, { who: life.by });
  const { appointment = null } = life;
  return (
    <p className="site-flag-life small">
      <strong>{t(`life.${life.state}`, { time: times.clock(life.at) })}</strong> <span className="quiet">{who}</span>
      {appointment !== null && <span>{t('expected', { time: times.clock(appointment.from) })}</span>}
    </p>
  );
}
