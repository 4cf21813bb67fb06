import { Button } from 'antd';
import { useState } from 'react';
import type { CallItem, Contact } from '../../../protocols/api/flags.ts';
import { CAUSE_WORDS } from '../../../protocols/health/causes.ts';
import { FLAG_WORDS } from '../../../protocols/health/words.ts';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { useAct, useNow } from '../../ui/live.ts';
import { Mark, SEVERITY_MARK } from '../../ui/mark.tsx';
import { numberText } from '../../ui/number.ts';
import { api } from '../api.ts';
import { Fault } from '../fault.tsx';
import { FlagActs, placesOf } from '../flag-acts.tsx';
import { useFlags } from '../flag-words.ts';
import { usePlace, useTimes } from '../place.ts';
import { hrefOf } from '../route.ts';

/** One car to call: every reason, when it is due, what could be offered, and whether one may call at all. */
export function CallCard({ call, onDone }: { readonly call: CallItem; readonly onDone: () => Promise<void> }) {
  const t = useFlags();
  const times = useTimes();
  const now = useNow(30_000);
  const title = [call.plate, call.model].filter(Boolean).join(' · ') || call.vin;
  const { suggestion: s } = call;
  return (
    <article className="card call" data-call={call.vin}>
      <div className="call-reasons">
        <h2>
          <a href={hrefOf('vehicles', call.vin)}>{title}</a>
        </h2>
        {call.reasons.map((r) => (
          <ReasonLine key={r.flag} reason={r} />
        ))}
      </div>
      <div className="call-side">
        <Who call={call} />
        <div>
          <span className="quiet small">{t('week.suggestion')}</span>
          {s ? (
            <>
              <strong>{t(`week.half.${s.half}`, { day: times.day(s.from) })}</strong>
              <span className="quiet small">{t(`week.why.${s.why}`, placesOf(s))}</span>
              {s.assumed && <span className="quiet small">{t('week.assumed')}</span>}
            </>
          ) : (
            <span>{t('week.noSuggestion')}</span>
          )}
        </div>
        {call.called && (
          <p className="small">
            {t('week.called', {
              time: times.near(call.called.at, now),
              name: call.called.by ?? '—',
              result: call.called.result ?? t('week.noResult'),
            })}
          </p>
        )}
      </div>
      <FlagActs
        flags={call.reasons}
        name={title}
        vin={call.vin}
        suggestion={s}
        calling
        agreed={call.customer?.consent === true}
        onDone={onDone}
      />
    </article>
  );
}

function ReasonLine({ reason: r }: { readonly reason: CallItem['reasons'][number] }) {
  const t = useFlags();
  const code = useCodes();
  const times = useTimes();
  const [locale] = useLocale();
  const known = Object.entries(FLAG_WORDS).find(([name]) => name === r.flag)?.[1];
  const cause = Object.entries(CAUSE_WORDS).find(([name]) => name === r.cause)?.[1];
  const due = r.due;
  return (
    <div className="call-reason">
      <div>
        <Mark {...SEVERITY_MARK[r.severity]}>{code.code('flag', r.flag)}</Mark>
        <span>
          {due === null
            ? t('week.noDue')
            : due.late === null
              ? t('week.dueLikely', { likely: times.day(due.likely), early: times.day(due.early) })
              : t('week.due', { early: times.day(due.early), late: times.day(due.late) })}
          {r.dueKm && `, ${t('week.km', { likely: numberText(Math.round(r.dueKm.likely / 10) * 10, locale) })}`}
        </span>
      </div>
      {known && (
        <p className="quiet small">
          {[known[locale].measured, cause?.[locale].advisor].filter(Boolean).join(locale === 'en' ? ' ' : '')}
        </p>
      )}
    </div>
  );
}

/** The owner, with telephone and e-mail hidden until somebody needs them. */
function Who({ call: { customer, vin } }: { readonly call: CallItem }) {
  const t = useFlags();
  const { site } = usePlace().site;
  const [contact, setContact] = useState<Contact | null>(null);
  const show = useAct(async () => setContact(await api.contact(customer!.id, vin, site)));
  if (!customer) return <p className="quiet">{t('week.noCustomer')}</p>;
  const reach = contact ?? customer;
  return (
    <div className="call-who">
      <strong>{customer.name}</strong>
      {customer.consent ? (
        <Mark shape="check" tone="working">
          {t('week.consent')}
        </Mark>
      ) : (
        <span className="call-warning">{t('week.noConsent')}</span>
      )}
      <span className="num small">{[reach.phone, reach.email].filter(Boolean).join(' · ') || t('week.noContact')}</span>
      {customer.consent && !contact && (customer.phone ?? customer.email) !== null && (
        <Button size="small" loading={show.busy} title={t('week.showHelp')} onClick={() => void show.run()}>
          {t('week.show')}
        </Button>
      )}
      <Fault fault={show.fault} />
    </div>
  );
}
