import { Spin } from 'antd';
import { useState } from 'react';
import type { SiteBay, SiteCamera, SiteCameras } from '../../../protocols/api/camera.ts';
import { useCodes } from '../../ui/i18n.ts';
import { useLive } from '../../ui/live.ts';
import { DEVICE_MARK, Mark } from '../../ui/mark.tsx';
import { Nothing } from '../../ui/pieces.tsx';
import { api } from '../api.ts';
import { Fault } from '../fault.tsx';
import { useSite } from '../words.ts';
import { Camera } from './camera.tsx';
import { useCameraWords } from './words.ts';

/** The cameras of the site, and the one that was chosen. */
export function Cameras({ chosen }: { readonly chosen: string | null }) {
  const t = useCameraWords();
  const live = useLive('cameras', (signal) => api.cameras(signal), 2_000);
  /** What a change answered; newer than what is asked for every 2 s until that is as new. */
  const [changed, setChanged] = useState<ReadonlyMap<string, SiteBay>>(new Map());
  if (!live.data)
    return live.fault ? <Fault fault={live.fault} retry={() => void live.reload()} /> : <Spin size="large" />;
  const cameras = live.data.items.map((c) => withChanges(c, changed));
  const camera = cameras.find((c) => c.camera === chosen) ?? cameras[0];
  if (!camera)
    return (
      <div className="card">
        <Nothing title={t('none.title')} help={t('none.help')} />
      </div>
    );
  return (
    <div className={live.fault ? 'cameras site-old' : 'cameras'}>
      {cameras.length > 1 && (
        <nav className="camera-list" aria-label={t('list')}>
          {cameras.map((c) => (
            <Item key={c.camera} camera={c} isChosen={c === camera} />
          ))}
        </nav>
      )}
      <Camera
        key={camera.camera}
        camera={camera}
        limits={live.data.limits}
        onChange={(bay) => setChanged((old) => new Map(old).set(`${camera.camera} ${bay.bay}`, bay))}
        reload={live.reload}
      />
    </div>
  );
}

function withChanges(camera: SiteCamera, changed: ReadonlyMap<string, SiteBay>): SiteCamera {
  const newer = (bay: SiteBay) => {
    const other = changed.get(`${camera.camera} ${bay.bay}`);
    return other && other.revision > bay.revision ? other : bay;
  };
  return { ...camera, bays: camera.bays.map(newer) };
}

function Item({ camera: c, isChosen }: { readonly camera: SiteCamera; readonly isChosen: boolean }) {
  const code = useCodes();
  return (
    <a
      className="card camera-item"
      href={`#/cameras/${encodeURIComponent(c.camera)}`}
      aria-current={isChosen ? 'page' : undefined}
      data-camera={c.camera}
    >
      <strong>{c.name}</strong>
      <Health camera={c} />
      <span className="quiet small">{c.bays.map((b) => b.name).join(' · ') || code('kind.camera')}</span>
    </a>
  );
}

/** How the camera is: the trouble where there is one, else the state. */
export function Health({ camera: c }: { readonly camera: SiteCamera }) {
  const code = useCodes();
  const trouble = c.reason !== null && c.reason !== 'ok';
  return <Mark {...DEVICE_MARK[c.state]}>{trouble ? code.code('reason', c.reason!) : code(`device.${c.state}`)}</Mark>;
}

/** What is wrong with a camera and what a person can do; nothing while nothing is. */
export function Trouble({ camera: c }: { readonly camera: SiteCamera }) {
  const t = useSite();
  const code = useCodes();
  if (c.reason === null || c.reason === 'ok') return null;
  const todo = t.code('devices.todo', c.reason, { limit: '—' });
  return (
    <div className={c.state === 'online' ? 'note note-quiet' : 'note'}>
      <p>
        <strong>{code.code('reason', c.reason)}</strong>
        <br />
        {todo === c.reason ? t('devices.todo.other') : todo}
        {c.detail !== null && <span className="quiet device-said">{t('devices.said', { message: c.detail })}</span>}
      </p>
    </div>
  );
}

export type Limits = SiteCameras['limits'];
