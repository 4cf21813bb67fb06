import { useState } from 'react';
import type { NoPicture, SiteBay, SiteCamera } from '../../../protocols/api/camera.ts';
import { NO_PICTURE } from '../../../protocols/api/camera.ts';
import { useNow } from '../../ui/live.ts';
import { Mark } from '../../ui/mark.tsx';
import { Nothing } from '../../ui/pieces.tsx';
import { isFault } from '../../ui/request.ts';
import { useDuration } from '../../ui/time.ts';
import { Health, type Limits, Trouble } from './cameras.tsx';
import { useDraft } from './draft.ts';
import { LabelStep } from './label.tsx';
import { ModelStep } from './model.tsx';
import { OutlineStep } from './outline.tsx';
import { OLD_AFTER_FAULT_MS, OLD_MS, type Shown, useShown } from './shown.ts';
import { Stage } from './stage.tsx';
import { useCameraWords } from './words.ts';

/** One camera: its picture, and what its chosen bay is taught. */
export function Camera(props: {
  readonly camera: SiteCamera;
  readonly limits: Limits;
  readonly onChange: (bay: SiteBay) => void;
  readonly reload: () => Promise<void>;
}) {
  const { camera } = props;
  const t = useCameraWords();
  const shown = useShown(camera.camera);
  const [name, setName] = useState<string | null>(null);
  const bay = camera.bays.find((b) => b.bay === name) ?? camera.bays[0];
  const drawing = useDraft(`${camera.camera} ${bay?.bay}`);
  const now = useNow();
  const ageMs = shown.picture ? Math.max(0, now - shown.picture.at) : null;
  const isOld = ageMs !== null && ageMs > (shown.fault === null ? OLD_MS : OLD_AFTER_FAULT_MS);
  const fresh = isOld ? null : shown.picture;

  return (
    <div className="camera">
      <section className="card camera-view" aria-labelledby="camera-view">
        <div className="card-head">
          <h2 id="camera-view">{camera.name}</h2>
          <Health camera={camera} />
          <Age shown={shown} ageMs={ageMs} isOld={isOld} />
        </div>
        {shown.picture ? (
          <Stage picture={shown.picture} bays={camera.bays} chosen={bay?.bay ?? ''} drawing={drawing} isOld={isOld}>
            {isOld && <Veil shown={shown} ageMs={ageMs ?? 0} />}
          </Stage>
        ) : (
          <div className="stage stage-none">
            <NoShow shown={shown} />
          </div>
        )}
        {!isSaid(shown) && <Trouble camera={camera} />}
        <p className="quiet small">{t('picture.private')}</p>
      </section>
      {bay && (
        <section className="card camera-bay" aria-label={bay.name} data-bay={bay.bay}>
          <fieldset className="bay-choice">
            <legend className="quiet small">{t('bays')}</legend>
            {camera.bays.map((b) => (
              <button key={b.bay} type="button" aria-pressed={b === bay} onClick={() => setName(b.bay)}>
                {b.name}
              </button>
            ))}
          </fieldset>
          <OutlineStep
            key={`outline ${bay.bay}`}
            {...{ bay, drawing }}
            {...props}
            camera={camera.camera}
            canDraw={shown.picture !== null}
          />
          {!drawing.draft && (
            <LabelStep key={`label ${bay.bay}`} {...props} bay={bay} camera={camera.camera} picture={fresh} />
          )}
        </section>
      )}
      {bay && !drawing.draft && (
        <ModelStep key={`model ${bay.bay}`} {...props} bay={bay} camera={camera.camera} picture={fresh} />
      )}
    </div>
  );
}

function Age({
  shown,
  ageMs,
  isOld,
}: {
  readonly shown: Shown;
  readonly ageMs: number | null;
  readonly isOld: boolean;
}) {
  const t = useCameraWords();
  const duration = useDuration();
  if (ageMs === null || !shown.picture) return null;
  return (
    <span className="num small">
      {isOld ? (
        <Mark shape="bars" tone="waiting">
          {t('picture.old', { duration: duration(ageMs) })}
        </Mark>
      ) : (
        <Mark shape="disc" tone="working">
          {t('picture.live', { duration: duration(ageMs) })}
        </Mark>
      )}
    </span>
  );
}

/** In front of a picture that is no longer of now. */
function Veil({ shown, ageMs }: { readonly shown: Shown; readonly ageMs: number }) {
  const t = useCameraWords();
  const duration = useDuration();
  return (
    <div className="veil" role="status">
      <strong>{t('picture.veil', { duration: duration(ageMs) })}</strong>
      {shown.fault !== null && <span>{t(`picture.why.${whyOf(shown.fault)}`)}</span>}
    </div>
  );
}

function NoShow({ shown }: { readonly shown: Shown }) {
  const t = useCameraWords();
  if (shown.fault === null) return <p role="status">{t('picture.wait')}</p>;
  const why = whyOf(shown.fault);
  return <Nothing title={t('picture.none')} help={t(`picture.why.${why}`)} />;
}

/** Is what ails the camera said on its picture, or in the place of it, already? */
function isSaid({ fault }: Shown): boolean {
  return fault !== null && ['no-jpeg', 'refused'].includes(whyOf(fault));
}

type Why = NoPicture | 'gateway' | 'often' | 'other';

function whyOf(fault: unknown): Why {
  if (!isFault(fault)) return 'unreadable';
  if (fault.code === 'unreachable') return 'gateway';
  if (fault.code === 'busy') return 'often';
  return NO_PICTURE.find((w) => w === fault.about) ?? 'other';
}
