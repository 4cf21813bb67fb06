import { Spin } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { VehicleStory } from '../../../protocols/api/console.ts';
import { FLAGS } from '../../../protocols/health/flag.ts';
import { flagMark } from '../../ui/flag-mark.ts';
import { useCodes, useLocale } from '../../ui/i18n.ts';
import { Mark } from '../../ui/mark.tsx';
import { numberText, unitText } from '../../ui/number.ts';
import { Spark } from '../../ui/spark.tsx';
import { useFlags } from '../flag-words.ts';
import { useConsole } from '../words.ts';
import { type Flag, flagOf, learnt, missingFlag, NEEDED, speaks } from './flag-data.ts';

const FlagCard = lazy(() => import('./flag.tsx'));

/** All that is watched of a car as a calm list; what speaks is open, the rest opens at a touch. */
export function Health({ story, onDone }: { readonly story: VehicleStory; readonly onDone: () => Promise<void> }) {
  const t = useFlags();
  const told = new Map(story.flags.map((f) => [f.flag, flagOf(f)]));
  // What a newer cloud tells stands behind what this page knows.
  const names = [...FLAGS, ...[...told.keys()].filter((f) => !(FLAGS as readonly string[]).includes(f))];
  const flags = names.map((name) => told.get(name) ?? missingFlag(name));
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const isOpen = (f: Flag) => speaks(f) !== turned.has(f.flag);
  const turn = (name: string) =>
    setTurned((old) => (old.has(name) ? new Set([...old].filter((n) => n !== name)) : new Set([...old, name])));
  flags.sort((a, b) => Number(speaks(b)) - Number(speaks(a)));
  return (
    <section className="health card card-flush" aria-label={t('health.title')}>
      <div className="health-head">
        <h2>{t('health.title')}</h2>
        <p className="quiet small">{t('health.lead')}</p>
      </div>
      <ul className="health-list">
        {flags.map((flag) => (
          <li key={flag.flag} data-flag={flag.flag}>
            <Row flag={flag} open={isOpen(flag)} onTurn={() => turn(flag.flag)} />
            {isOpen(flag) && (
              <Suspense fallback={<Spin className="flag-wait" />}>
                <FlagCard
                  flag={flag}
                  vin={story.vehicle.vin}
                  cases={story.cases.filter((c) => c.flag === flag.flag)}
                  onDone={onDone}
                />
              </Suspense>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ flag, open, onTurn }: { readonly flag: Flag; readonly open: boolean; readonly onTurn: () => void }) {
  const t = useFlags();
  const console = useConsole();
  const code = useCodes();
  const [locale] = useLocale();
  const newest = flag.series.at(-1);
  const word =
    flag.state === 'learning'
      ? t('health.learning', { n: Math.min(learnt(flag), NEEDED), m: NEEDED })
      : console.code('flag.state', flag.state);
  return (
    <button type="button" className="health-row" aria-expanded={open} onClick={onTurn}>
      <strong>{code.code('flag', flag.flag)}</strong>
      <Mark {...flagMark(flag.state, flag.severity)}>{word}</Mark>
      <Spark values={flag.series.map((s) => s.value)} />
      <span className="num health-value">
        {newest && t('health.newest', { value: numberText(newest.value, locale), unit: unitText(flag.unit) })}
      </span>
    </button>
  );
}
