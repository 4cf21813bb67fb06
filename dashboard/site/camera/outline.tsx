import { App, Button } from 'antd';
import { useEffect } from 'react';
import type { SiteBay } from '../../../protocols/api/camera.ts';
import { type Outline, outlineFault } from '../../../protocols/outline.ts';
import { useAct } from '../../ui/live.ts';
import { api } from '../api.ts';
import { Fault } from '../fault.tsx';
import type { Drawing } from './draft.ts';
import { useCameraWords } from './words.ts';

const RECTANGLE: Outline = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.75, 0.85],
  [0.25, 0.85],
];

/** Where the bay is in the picture: what stands, and the tools to draw it. */
export function OutlineStep(props: {
  readonly camera: string;
  readonly bay: SiteBay;
  readonly drawing: Drawing;
  /** There is a picture to draw on. */
  readonly canDraw: boolean;
  readonly onChange: (bay: SiteBay) => void;
  readonly reload: () => Promise<void>;
}) {
  const { camera, bay, drawing } = props;
  const t = useCameraWords();
  const { modal } = App.useApp();
  const { draft } = drawing;
  const keep = useAct(async () => {
    if (!draft) return;
    try {
      props.onChange(await api.draw(camera, bay.bay, { outline: mutable(draft.corners), revision: draft.revision }));
      drawing.end();
    } catch (e) {
      await props.reload();
      throw e;
    }
  });
  const forget = useAct(async () => {
    props.onChange(await api.draw(camera, bay.bay, { outline: null, revision: bay.revision }));
  });
  const begin = () => {
    keep.forget();
    drawing.begin(bay.outline ?? [], bay.revision);
  };
  const askForget = () =>
    modal.confirm({
      title: t('draw.forgetAsk', { bay: bay.name }),
      content: t('draw.forgetHelp', { count: bay.labels.length }),
      okText: t('draw.forget'),
      okButtonProps: { danger: true },
      cancelText: t('keep'),
      onOk: () => forget.run(),
    });

  return (
    <section className="step" aria-labelledby="step-outline">
      <h3 id="step-outline">{t('draw.title')}</h3>
      {draft ? (
        <Tools {...props} draft={draft} keep={keep} />
      ) : (
        <>
          <p className="quiet small">{t(`draw.from.${bay.outlineFrom ?? 'none'}`)}</p>
          <div className="row">
            <Button type={bay.outline ? 'default' : 'primary'} disabled={!props.canDraw} onClick={begin}>
              {t(bay.outline ? 'draw.change' : 'draw.begin')}
            </Button>
            {bay.outlineFrom === 'site' && (
              <Button type="text" onClick={askForget} loading={forget.busy}>
                {t('draw.forget')}
              </Button>
            )}
          </div>
          <Fault fault={forget.fault} />
        </>
      )}
    </section>
  );
}

function Tools(props: {
  readonly bay: SiteBay;
  readonly drawing: Drawing;
  readonly draft: NonNullable<Drawing['draft']>;
  readonly keep: ReturnType<typeof useAct>;
}) {
  const { bay, drawing, draft, keep } = props;
  const t = useCameraWords();
  const fault = outlineFault(draft.corners);
  const { chosen } = draft;

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape') drawing.end();
      else if (e.key === 'z' && (e.ctrlKey || e.metaKey)) drawing.undo();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <>
      <p className="small">{t('draw.help')}</p>
      <p className="quiet small keys-only">{t('draw.keys')}</p>
      <div className="row" role="toolbar" aria-label={t('draw.tools')}>
        <Button onClick={() => (draft.corners.length < 2 ? drawing.restart(RECTANGLE) : drawing.split())}>
          {t(draft.corners.length < 2 ? 'draw.rectangle' : 'draw.add')}
        </Button>
        <Button disabled={chosen === null} onClick={() => chosen !== null && drawing.drop(chosen)}>
          {t('draw.drop')}
        </Button>
        <Button disabled={draft.past.length === 0} onClick={drawing.undo}>
          {t('draw.undo')}
        </Button>
        <Button disabled={draft.corners.length === 0} onClick={() => drawing.restart([])}>
          {t('draw.clear')}
        </Button>
      </div>
      <p className={fault ? 'small draw-fault' : 'quiet small'} role="status">
        {fault ? t(`draw.fault.${fault}`) : t('draw.fine', { count: draft.corners.length })}
      </p>
      {bay.labels.length > 0 && <p className="small">{t('draw.drops', { count: bay.labels.length })}</p>}
      <Fault fault={keep.fault} />
      <div className="row">
        <Button type="primary" disabled={fault !== null} loading={keep.busy} onClick={() => void keep.run()}>
          {t('draw.save')}
        </Button>
        <Button onClick={drawing.end}>{t('draw.cancel')}</Button>
      </div>
    </>
  );
}

const mutable = (corners: Outline): [number, number][] => corners.map(([x, y]) => [x, y]);
