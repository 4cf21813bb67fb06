import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { LiftgateError } from '../protocols/error.ts';
import type { RegionModel } from './vision/model.ts';
import type { Polygon } from './vision/region.ts';
import { type LabelledRow, trainBay } from './vision/train.ts';

interface Lesson {
  readonly bay: string;
  readonly outline: Polygon;
  readonly rows: readonly LabelledRow[];
}

const LONGEST_MS = 30_000;

/**
 * Makes the classifier of a bay in a thread of its own: judging it on left-out frames takes a tenth of a second, in which
 * this one would answer nobody.
 * @throws LiftgateError `internal` when it cannot be made
 */
export function train(lesson: Lesson, signal: AbortSignal): Promise<RegionModel> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: lesson });
    const fail = (why: string) =>
      reject(new LiftgateError('internal', `the classifier of bay ${lesson.bay} could not be made: ${why}`));
    const stop = () => void worker.terminate();
    const late = setTimeout(stop, LONGEST_MS);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    worker.once('message', (model: RegionModel) => resolve(model));
    worker.once('error', (e) => fail(e instanceof Error ? e.message : String(e)));
    worker.once('exit', () => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      // After a message this comes too late to matter.
      fail('it was stopped');
    });
  });
}

if (!isMainThread && parentPort) {
  const { bay, outline, rows } = workerData as Lesson;
  parentPort.postMessage(trainBay(bay, outline, rows));
}
