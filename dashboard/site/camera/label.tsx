import { DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import type { SiteBay, SiteCameras } from '../../../protocols/api/camera.ts';
import type { Outline } from '../../../protocols/outline.ts';
import { useAct } from '../../ui/live.ts';
import { Mark } from '../../ui/mark.tsx';
import { isFault } from '../../ui/request.ts';
import { api } from '../api.ts';
import { Fault } from '../fault.tsx';
import { useTimes } from '../place.ts';
import { useLetterKeys } from './keys.ts';
import type { Picture } from './shown.ts';
import { useCameraWords } from './words.ts';

interface LabelProps {
  readonly camera: string;
  readonly bay: SiteBay;
  readonly limits: SiteCameras['limits'];
  /** Null while there is none that shows the bay as it is now. */
  readonly picture: Picture | null;
  readonly onChange: (bay: SiteBay) => void;
  readonly reload: () => Promise<void>;
}

/** Says of the present picture whether the bay is empty; what was said is counted and can be taken back. */
export function LabelStep(props: LabelProps) {
  const { bay, limits } = props;
  const t = useCameraWords();
  const isFull = bay.labels.length >= limits.most;
  return (
    <section className="step" aria-labelledby="step-label">
      <div className="step-head">
        <h3 id="step-label">{t('label.title')}</h3>
        <Balance bay={bay} most={limits.most} />
      </div>
      {bay.dropped && (
        <div className="note" role="status">
          <p>{t('label.dropped')}</p>
        </div>
      )}
      {bay.outline === null ? (
        <p className="quiet small">{t('label.noOutline')}</p>
      ) : isFull ? (
        <p className="small">{t('label.full', { most: limits.most })}</p>
      ) : (
        <Ask {...props} outline={bay.outline} />
      )}
      <p className="quiet small">{t('label.kept')}</p>
      <Given {...props} />
    </section>
  );
}

function Ask(props: LabelProps & { readonly outline: Outline }) {
  const { camera, bay, picture, outline } = props;
  const t = useCameraWords();
  /** The picture that was answered, or passed over: its buttons wait for the next. */
  const [done, setDone] = useState<string | null>(null);
  const [said, setSaid] = useState<'empty' | 'occupied' | 'skip' | null>(null);
  const isReady = picture !== null && picture.frame !== done;
  const act = useAct(async (frame: string, occupied: boolean) => {
    try {
      props.onChange(await api.label(camera, bay.bay, { frame, occupied, revision: bay.revision }));
      setDone(frame);
      setSaid(occupied ? 'occupied' : 'empty');
    } catch (e) {
      await props.reload();
      throw e;
    }
  });
  const give = (occupied: boolean) => {
    if (isReady && !act.busy) void act.run(picture.frame, occupied);
  };
  const skip = () => {
    if (!isReady) return;
    setDone(picture.frame);
    setSaid('skip');
    act.forget();
  };
  const why = refusalOf(act.fault);
  useLetterKeys({ e: () => give(false), o: () => give(true), s: skip });
  return (
    <>
      {picture ? (
        <Crop picture={picture} outline={outline} />
      ) : (
        <p className="crop crop-none quiet">{t('label.noPicture')}</p>
      )}
      <fieldset className="answers" disabled={!isReady || act.busy}>
        <legend>{t('label.ask', { bay: bay.name })}</legend>
        <Button size="large" disabled={!isReady} onClick={() => give(false)} aria-keyshortcuts="E">
          {t('label.empty')} <kbd>E</kbd>
        </Button>
        <Button size="large" disabled={!isReady} onClick={() => give(true)} aria-keyshortcuts="O">
          {t('label.occupied')} <kbd>O</kbd>
        </Button>
        <Button size="large" type="text" disabled={!isReady} onClick={skip} aria-keyshortcuts="S">
          {t('label.skip')} <kbd>S</kbd>
        </Button>
      </fieldset>
      <p className="quiet small label-said" role="status">
        {said && !isReady ? t(`label.said.${said}`) : t('label.hint')}
      </p>
      {why ? (
        <div className="note" role="alert">
          <p>{t(`label.refused.${why}`)}</p>
        </div>
      ) : (
        <Fault fault={act.fault} />
      )}
    </>
  );
}

/** What only a label is refused for. */
function refusalOf(fault: unknown): 'gone' | 'dark' | null {
  if (!isFault(fault)) return null;
  return fault.code === 'not-found' ? 'gone' : fault.code === 'invalid' ? 'dark' : null;
}

/** The bay cut out of the picture and enlarged, its surroundings dimmed. */
function Crop({ picture, outline }: { readonly picture: Picture; readonly outline: Outline }) {
  const t = useCameraWords();
  const { width: w, height: h } = picture;
  const [xs, ys] = [outline.map((c) => c[0] * w), outline.map((c) => c[1] * h)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const rim = 0.06 * Math.max(right - left, bottom - top);
  const [x0, y0] = [Math.max(0, left - rim), Math.max(0, top - rim)];
  const [wide, high] = [Math.min(w, right + rim) - x0, Math.min(h, bottom + rim) - y0];
  const path = outline.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x * w} ${y * h}`).join('');
  return (
    <svg
      className="crop"
      role="img"
      aria-label={t('label.crop')}
      viewBox={`${x0} ${y0} ${wide} ${high}`}
      style={{ aspectRatio: `${wide} / ${high}` }}
    >
      <image href={picture.url} width={w} height={h} />
      <path className="crop-around" d={`M${-w} ${-h}H${2 * w}V${2 * h}H${-w}Z ${path}Z`} fillRule="evenodd" />
    </svg>
  );
}

function Balance({ bay, most }: { readonly bay: SiteBay; readonly most: number }) {
  const t = useCameraWords();
  const occupied = bay.labels.filter((l) => l.occupied).length;
  const empty = bay.labels.length - occupied;
  return (
    <span className="quiet small num">
      {t('label.count', { n: bay.labels.length, most })}
      {' · '}
      {t('label.balance', { empty, occupied })}
    </span>
  );
}

function Given({ camera, bay, onChange, reload }: LabelProps) {
  const t = useCameraWords();
  const times = useTimes();
  const act = useAct(async (label: number) => {
    try {
      onChange(await api.unlabel(camera, bay.bay, label));
    } catch (e) {
      await reload();
      throw e;
    }
  });
  if (bay.labels.length === 0) return null;
  return (
    <details className="given">
      <summary>{t('label.list', { count: bay.labels.length })}</summary>
      <ol className="given-list">
        {bay.labels.toReversed().map((l) => (
          <li key={l.label}>
            <time className="num quiet">{times.seconds(l.at)}</time>
            <Mark shape={l.occupied ? 'square' : 'ring'} tone={l.occupied ? 'accent' : 'quiet'}>
              {t(l.occupied ? 'label.occupied' : 'label.empty')}
            </Mark>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              disabled={act.busy}
              aria-label={t('label.delete', { time: times.seconds(l.at) })}
              onClick={() => void act.run(l.label)}
            />
          </li>
        ))}
      </ol>
      <Fault fault={act.fault} />
    </details>
  );
}
