import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { Confidence, ModelCard, SiteBay, SiteCameras } from '../../../protocols/api/camera.ts';
import { useAct } from '../../ui/live.ts';
import { Mark } from '../../ui/mark.tsx';
import { api } from '../api.ts';
import { Fault } from '../fault.tsx';
import { useTimes } from '../place.ts';
import type { Picture } from './shown.ts';
import { useCameraWords } from './words.ts';

type Limits = SiteCameras['limits'];

/** How good the classifiers are, what they say of this very picture, and which one rules. */
export function ModelStep(props: {
  readonly camera: string;
  readonly bay: SiteBay;
  readonly limits: Limits;
  readonly picture: Picture | null;
  readonly onChange: (bay: SiteBay) => void;
  readonly reload: () => Promise<void>;
}) {
  const { camera, bay, limits, picture } = props;
  const t = useCameraWords();
  const says = useConfidence(camera, bay, picture);
  const act = useAct(async (use: 'trained' | 'former') => {
    try {
      props.onChange(await api.use(camera, bay.bay, { use, revision: bay.revision }));
    } catch (e) {
      await props.reload();
      throw e;
    }
  });
  return (
    <section className="card camera-model step" aria-labelledby="step-model">
      <h3 id="step-model">{t('model.title', { bay: bay.name })}</h3>
      <div className="models">
        <div className="model">
          <h4>{t('model.inUse')}</h4>
          <Rules bay={bay} />
          {bay.inUse && <Bar limits={limits} said={says?.inUse ?? null} />}
          {bay.inUse && <Card card={bay.inUse} />}
          {bay.former && (
            <Button disabled={act.busy} onClick={() => void act.run('former')}>
              {t(`model.back.${bay.former}`)}
            </Button>
          )}
        </div>
        {!bay.trained?.isInUse && (
          <div className="model">
            <h4>{t('model.trained')}</h4>
            {bay.trained ? (
              <>
                <Bar limits={limits} said={says?.trained ?? null} />
                <Card card={bay.trained} />
                {bay.trained.moments === null && moments(bay) < MANY_MOMENTS && (
                  <p className="small">{t('model.moments', { count: moments(bay) })}</p>
                )}
                <Button type="primary" disabled={act.busy} onClick={() => void act.run('trained')}>
                  {t('model.use')}
                </Button>
              </>
            ) : (
              <p className="quiet small" role="status">
                {bay.training ? t('model.training') : <Missing bay={bay} limits={limits} />}
              </p>
            )}
          </div>
        )}
      </div>
      <Fault fault={act.fault} />
    </section>
  );
}

/** Pictures that are nearer to each other than this show the same car in the same light, ms. */
const APART_MS = 600_000;
const MANY_MOMENTS = 4;

/** At how many times labels were given; what was seen once is easily known again. */
function moments({ labels }: SiteBay): number {
  const times = labels.map((l) => l.at).sort((a, b) => a - b);
  return times.filter((at, i) => i === 0 || at - times[i - 1]! > APART_MS).length;
}

/** What each classifier says of this picture; asked once for each. */
function useConfidence(camera: string, { bay, trained, inUse, revision }: SiteBay, picture: Picture | null) {
  const [says, setSays] = useState<Confidence | null>(null);
  const frame = picture?.frame ?? null;
  const models = trained || inUse ? `${revision} ${trained?.at} ${inUse?.at}` : null;
  useEffect(() => {
    if (frame === null || models === null) return setSays(null);
    const life = new AbortController();
    api.confidence(camera, bay, frame, life.signal).then(setSays, () => life.signal.aborted || setSays(null));
    return () => life.abort();
  }, [camera, bay, frame, models]);
  return says;
}

/** Which model rules the bay, and why that one. */
function Rules({ bay }: { readonly bay: SiteBay }) {
  const t = useCameraWords();
  const times = useTimes();
  const { inUse } = bay;
  if (!inUse) return <p className="quiet small">{t('model.rules.none')}</p>;
  const time = inUse.at === null ? '' : times.clock(inUse.at);
  return <p className="quiet small">{t(`model.rules.${inUse.from}`, { time })}</p>;
}

function Card({ card }: { readonly card: ModelCard }) {
  const t = useCameraWords();
  const { empty, occupied, right, wrong, unknown, moments, interval } = card;
  const known = right + wrong;
  const percent = (share: number) => Math.round(100 * share);
  return (
    <div className="judged small">
      <strong className="num">
        {known === 0 ? t('model.noAnswer') : t('model.right', { right, known, percent: percent(right / known) })}
      </strong>
      <span className="num">
        {interval ? t('model.interval', { low: percent(interval[0]), high: percent(interval[1]) }) : t('model.tooFew')}
      </span>
      <p className="quiet num">
        {moments === null
          ? t('model.of', { n: empty + occupied, empty, occupied })
          : t('model.ofMoments', { n: empty + occupied, empty, occupied, count: moments })}
        {unknown > 0 && ` ${t('model.unknown', { count: unknown })}`}
      </p>
    </div>
  );
}

function Missing({ bay, limits: { fewest } }: { readonly bay: SiteBay; readonly limits: Limits }) {
  const t = useCameraWords();
  const occupied = bay.labels.filter((l) => l.occupied).length;
  const empty = bay.labels.length - occupied;
  return t('model.missing', { empty: Math.max(0, fewest - empty), occupied: Math.max(0, fewest - occupied) });
}

/** From "empty" on the left to "occupied" on the right; between stands "not known". */
function Bar({ limits, said }: { readonly limits: Limits; readonly said: Confidence['inUse'] }) {
  const t = useCameraWords();
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const verdict = !said ? null : said.occupied === null ? 'unknown' : said.occupied ? 'occupied' : 'empty';
  const sure = said ? Math.round(100 * (said.probability < 0.5 ? 1 - said.probability : said.probability)) : 0;
  const words = !verdict ? t('model.says.waiting') : t(`model.says.${verdict}`, { percent: sure });
  return (
    <div className="sure" data-says={verdict ?? 'nothing'}>
      <Mark
        shape={verdict === 'occupied' ? 'square' : verdict === 'empty' ? 'ring' : 'dash'}
        tone={verdict === 'occupied' ? 'accent' : verdict === 'empty' ? 'working' : 'quiet'}
      >
        {words}
      </Mark>
      {/* The words above say the same. */}
      <div className="sure-bar" aria-hidden="true">
        <span
          className="sure-unknown"
          style={{ left: percent(limits.emptyBelow), width: percent(limits.occupiedAbove - limits.emptyBelow) }}
        />
        {said && <span className="sure-now" style={{ left: percent(said.probability) }} />}
      </div>
      <div className="sure-ends quiet" aria-hidden="true">
        <span>{t('label.empty')}</span>
        <span>{t('model.zone')}</span>
        <span>{t('label.occupied')}</span>
      </div>
    </div>
  );
}
