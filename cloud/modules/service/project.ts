import type { Projection } from '../../store/ingest.ts';
import { projectAlerts } from './alert.ts';
import { projectCases } from './case.ts';
import { startWork } from './order.ts';
import { projectFlags, projectSignals, projectVehicles } from './vehicle.ts';
import { projectVisits } from './visit.ts';

/** Keeps cars, visits, alerts and orders as the new events leave them: a few statements a batch, however many events. */
export const projectService: Projection = async (tx, site, events, now) => {
  await projectVehicles(tx, site, events);
  await projectSignals(tx, site, events);
  await projectFlags(tx, site, events);
  await projectCases(tx, site, events);
  await projectVisits(tx, site, events);
  await projectAlerts(tx, site, events);
  await startWork(tx, site, events, now);
};
