import { Button } from 'antd';
import { useState } from 'react';
import type { SiteDeadLetter } from '../../protocols/api/site.ts';
import { useLocale } from '../ui/i18n.ts';
import { useAct, useLive } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { numberText } from '../ui/number.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { usePlace, useTimes } from './place.ts';
import { useSite } from './words.ts';

/** What the cloud refused, why, and what to do; nothing is shown while there is nothing. */
export function Dead() {
  const { outbox } = usePlace().status;
  const [sent, setSent] = useState(0);
  return outbox.dead === 0 && sent === 0 ? null : <Letters count={outbox.dead} sent={sent} onSent={setSent} />;
}

function Letters(props: { readonly count: number; readonly sent: number; readonly onSent: (n: number) => void }) {
  const t = useSite();
  const [locale] = useLocale();
  const { count, sent, onSent } = props;
  const live = useLive(`dead ${count}`, (signal) => api.dead(signal), 10_000);
  const letters = live.data?.items ?? [];
  const act = useAct(async () => {
    onSent((await api.replayDead({})).queued);
    await live.reload();
  });
  return (
    <section className="card dead" aria-labelledby="dead">
      <div className="card-head">
        <h2 id="dead">{t('dead.title')}</h2>
        {letters.filter((l) => l.event !== null).length > 1 && (
          <Button loading={act.busy} onClick={() => void act.run()}>
            {t('dead.allAgain')}
          </Button>
        )}
      </div>
      <p className="quiet small">{t('dead.lead')}</p>
      <div role="status">
        {sent > 0 && (
          <Mark shape="half" tone="accent">
            {t('dead.sent', { count: sent, n: numberText(sent, locale) })}
          </Mark>
        )}
      </div>
      <Fault fault={act.fault ?? live.fault} />
      <ul className="rows">
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} onSent={onSent} onDone={live.reload} />
        ))}
      </ul>
    </section>
  );
}

function Letter(props: {
  readonly letter: SiteDeadLetter;
  readonly onSent: (n: number) => void;
  readonly onDone: () => Promise<void>;
}) {
  const t = useSite();
  const times = useTimes();
  const { id, verdict, reason, at, event } = props.letter;
  const act = useAct(async () => {
    props.onSent((await api.replayDead({ id })).queued);
    await props.onDone();
  });
  // `liftgate.vehicle.codes.v1` → `vehicle-codes`
  const what = event?.type.split('.').slice(1, -1).join('-') ?? null;
  return (
    <li data-dead={id}>
      <div className="dead-what">
        <Mark shape="octagon" tone="blocked">
          <strong>{what === null ? t('dead.record') : t.code('dead.what', what)}</strong>
        </Mark>
        <span className="quiet small num">
          {times.seconds(event?.time ?? at)} · <span className="id">{id}</span>
        </span>
        <p>{event === null ? t('dead.gone') : t.code('dead.todo', verdict)}</p>
        {reason !== null && <p className="quiet small">{t('dead.said', { message: reason })}</p>}
        {event !== null && (
          <details className="small">
            <summary>{t('dead.record')}</summary>
            <pre>{JSON.stringify(event.data, null, 2)}</pre>
          </details>
        )}
        <Fault fault={act.fault} />
      </div>
      {event !== null && (
        <Button loading={act.busy} onClick={() => void act.run()}>
          {t('dead.again')}
        </Button>
      )}
    </li>
  );
}
