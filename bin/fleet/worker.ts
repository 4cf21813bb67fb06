import { parentPort } from 'node:worker_threads';
import { type Order, runVehicle } from './vehicle.ts';

parentPort?.on('message', (order: Order) => parentPort?.postMessage(runVehicle(order)));
