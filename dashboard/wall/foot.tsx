import type { BoardAlert, QueuedCar } from '../../protocols/board.ts';
import { useBoard } from '../ui/board.ts';
import { serverNow } from '../ui/freshness.ts';
import { useCodes } from '../ui/i18n.ts';
import { Shape } from '../ui/shape.tsx';
import { clockText, useDuration } from '../ui/time.ts';
import { FittingList } from './fitting.tsx';
import { byGravity } from './look.ts';
import { useWallWords } from './words.ts';

export function Foot() {
  return (
    <footer>
      <Alerts />
      <Queue />
    </footer>
  );
}

function Alerts() {
  const t = useWallWords();
  const all = Object.values<BoardAlert>(useBoard((board) => board.view.alerts)).sort(byGravity);
  return (
    <section className="alerts" role="status">
      <h2 className="title">{all.length === 0 ? t('noAlerts') : t('alerts')}</h2>
      <FittingList>
        {all.map((alert) => (
          <Alert key={alert.alert} alert={alert} />
        ))}
      </FittingList>
    </section>
  );
}

function Alert({ alert }: { alert: BoardAlert }) {
  const code = useCodes();
  const duration = useDuration();
  const where = useBoard(({ view }) => {
    if (alert.bay !== null) return view.bays[alert.bay]?.name ?? alert.bay;
    return alert.device === null ? '' : (view.devices[alert.device]?.name ?? alert.device);
  });
  const since = useBoard((board, now) => {
    const server = serverNow(board, now);
    return server === null ? '' : duration(server - alert.since);
  });
  return (
    <li className="alert" data-severity={alert.severity}>
      <Shape name={alert.severity} />
      <span>{code(`alert.${alert.kind}`)}</span>
      <span>{where}</span>
      <span className="quiet" aria-live="off">
        {since}
      </span>
    </li>
  );
}

/** Checked-in cars before expected ones, each by the time it was promised for. */
function Queue() {
  const t = useWallWords();
  const zone = useBoard((board) => board.view.site?.timezone ?? 'UTC');
  const all = Object.values<QueuedCar>(useBoard((board) => board.view.queue)).sort(
    (a, b) =>
      Number(a.state === 'expected') - Number(b.state === 'expected') ||
      (a.promisedAt ?? Number.POSITIVE_INFINITY) - (b.promisedAt ?? Number.POSITIVE_INFINITY) ||
      (a.order < b.order ? -1 : 1),
  );
  return (
    <section className="queue">
      <h2 className="title">{all.length === 0 ? t('queueEmpty') : t('queue')}</h2>
      <FittingList>
        {all.map((car) => (
          <li key={car.order} data-state={car.state}>
            <span className="tail" translate="no">
              {car.plateTail ?? car.model ?? '?'}
            </span>
            {car.promisedAt !== null && <span className="quiet">{clockText(car.promisedAt, zone)}</span>}
          </li>
        ))}
      </FittingList>
    </section>
  );
}
