import type { FlagCase } from '../../../protocols/api/flags.ts';
import { useNow } from '../../ui/live.ts';
import { Mark, type Shape, type Tone } from '../../ui/mark.tsx';
import { FlagActs } from '../flag-acts.tsx';
import { useFlags } from '../flag-words.ts';
import { useTimes } from '../place.ts';

const MARK: Readonly<Record<FlagCase['state'], { shape: Shape; tone: Tone }>> = {
  watching: { shape: 'ring', tone: 'quiet' },
  raised: { shape: 'triangle', tone: 'waiting' },
  acknowledged: { shape: 'half', tone: 'accent' },
  booked: { shape: 'disc', tone: 'accent' },
  verified: { shape: 'check', tone: 'working' },
  dismissed: { shape: 'dash', tone: 'quiet' },
};

/** Where a flag stands with the people of the workshop, and what can be done with it. */
export function LifeLine(props: {
  readonly of: FlagCase;
  readonly name: string;
  readonly vin: string;
  readonly onDone: () => Promise<void>;
}) {
  const { of: c, name, vin, onDone } = props;
  const t = useFlags();
  const times = useTimes();
  const now = useNow(30_000);
  const over = c.closedAt !== null && c.state === 'watching';
  const state = over ? t('life.over') : t(`life.${c.state}`);
  return (
    <div className="life" data-life={c.state}>
      <div>
        <Mark {...(over ? MARK.verified : MARK[c.state])}>
          {t('life.since', { state, time: times.near(c.changedAt, now) })}
        </Mark>
        {c.changedBy !== null && <span className="quiet small">{c.changedBy}</span>}
        {c.state === 'booked' && c.appointment && (
          <span className="small">
            {t('week.atTime', {
              day: times.day(c.appointment.from),
              from: times.clock(c.appointment.from),
              until: times.clock(c.appointment.until),
            })}
          </span>
        )}
      </div>
      {!over && <FlagActs flags={[c]} name={name} vin={vin} suggestion={null} onDone={onDone} />}
    </div>
  );
}

/** What was done with a flag, newest first. */
export function CaseHistory({ cases }: { readonly cases: readonly FlagCase[] }) {
  const t = useFlags();
  const times = useTimes();
  const now = useNow(30_000);
  const all = cases.flatMap((c) => [
    ...c.history,
    {
      act: '',
      at: c.raisedAt ?? c.openedAt,
      by: null,
      reason: null,
      state: c.raisedAt === null ? 'watching' : 'raised',
    },
  ]);
  return (
    <ol className="case-history">
      {all.map((h) => {
        const act = 'state' in h ? t.code('life', h.state as string) : t.code('done', h.act);
        return (
          <li key={`${h.at} ${h.act}`}>
            <span className="quiet num">{times.near(h.at, now)}</span>{' '}
            {h.by === null ? t('flag.byRules', { act }) : t('flag.by', { act, name: h.by })}
            {h.reason !== null && <q>{h.reason}</q>}
            {'counted' in h && h.counted === false && <em className="quiet small"> {t('flag.notCounted')}</em>}
          </li>
        );
      })}
    </ol>
  );
}
