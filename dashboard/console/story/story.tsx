import { Button, Spin } from 'antd';
import type { VehicleStory } from '../../../protocols/api/console.ts';
import { useTitle } from '../../ui/door.tsx';
import { useLive } from '../../ui/live.ts';
import { Mark } from '../../ui/mark.tsx';
import { api } from '../api.ts';
import { Stale } from '../fault.tsx';
import { useNames } from '../names.ts';
import { usePlace } from '../place.ts';
import { hrefOf } from '../route.ts';
import { carName } from '../vehicles.tsx';
import { useConsole } from '../words.ts';
import { CodeLives } from './code-life.tsx';
import { Health } from './health.tsx';
import { Readings } from './readings.tsx';
import { Timeline } from './timeline.tsx';

/** Everything that is known of one car. */
export default function Story({ vin }: { readonly vin: string }) {
  const t = useConsole();
  const { site } = usePlace().site;
  const live = useLive(`story ${site} ${vin}`, (signal) => api.story(vin, site, signal), 5_000);
  return (
    <>
      <Button type="link" className="back" href={hrefOf('vehicles')}>
        {t('common.back')}
      </Button>
      <Stale fault={live.fault} at={live.at} retry={() => void live.reload()} />
      {!live.data && !live.fault && <Spin className="wait" size="large" />}
      {live.data && <Told story={live.data} onDone={live.reload} />}
    </>
  );
}

function Told({ story, onDone }: { readonly story: VehicleStory; readonly onDone: () => Promise<void> }) {
  const t = useConsole();
  const { vehicle, customer } = story;
  const names = useNames();
  const name = carName(vehicle) ?? t('common.unknown');
  useTitle(vehicle.plate ?? name);
  return (
    <>
      <header className="story-head">
        <h1>{name}</h1>
        <span className="plate">{vehicle.plate ?? t('common.noPlate')}</span>
        <span className="id quiet">{vehicle.vin}</span>
        <span className="story-place">
          {vehicle.bay && (
            <Mark shape="square" tone="accent">
              {t('story.inBay', { bay: names.bay(vehicle.bay) })}
            </Mark>
          )}
          <span className="quiet">{customer ? customer.name : t('story.noOwner')}</span>
        </span>
      </header>
      <div className="story">
        <Health story={story} onDone={onDone} />
        <div className="story-side">
          <CodeLives story={story} />
          <Readings readings={story.readings} />
          <Timeline story={story} />
        </div>
      </div>
    </>
  );
}
