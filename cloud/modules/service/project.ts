import type { Projection } from '../../store/ingest.ts';
import { projectAlert } from './alert.ts';
import { startWork } from './order.ts';
import { projectFlag, projectSignals, projectVehicles } from './vehicle.ts';
import { projectCarOfStay, projectStay } from './visit.ts';

/** Keeps cars, visits, alerts and orders as the new events leave them, in the order of the log. */
export const projectService: Projection = async (tx, site, events, now) => {
  await projectVehicles(tx, site, events);
  await projectSignals(tx, site, events);
  for (const e of events) {
    switch (e.type) {
      case 'liftgate.alert.v1':
        await projectAlert(tx, site, e);
        break;
      case 'liftgate.bay.occupancy.v1':
        await projectStay(tx, site, e);
        break;
      case 'liftgate.bay.vehicle.v1':
        await projectCarOfStay(tx, site, e);
        await startWork(tx, site, e, now);
        break;
      case 'liftgate.vehicle.flag.v1':
        await projectFlag(tx, site, e);
        break;
      default:
    }
  }
};
