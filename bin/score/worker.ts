import { parentPort } from 'node:worker_threads';
import { type DayOrder, runDay } from './run-day.ts';

/** Runs one day at a time; gives its tallies. */
parentPort?.on('message', (order: DayOrder) => parentPort!.postMessage(runDay(order)));
