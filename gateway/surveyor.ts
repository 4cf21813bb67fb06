import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { LiftgateError } from '../protocols/error.ts';
import type { Frame } from './vision/frame.ts';
import type { Polygon } from './vision/region.ts';
import { type Survey, survey } from './vision/survey.ts';

/** As `survey` of vision/survey.ts, elsewhere. @throws LiftgateError `internal` when it cannot be done */
export type Surveyor = (frame: Frame, outlines: readonly Polygon[]) => Promise<Survey>;

interface Task {
  readonly frame: Frame;
  readonly outlines: readonly Polygon[];
}

/** Somebody at the page asks every 2 s; with nobody there the thread and its memory go. */
const IDLE_MS = 30_000;

/**
 * Measures frames in a thread of its own, begun at the first: a frame takes long enough that meanwhile nobody else would be
 * answered here.
 */
export function createSurveyor(signal: AbortSignal): Surveyor {
  let worker: Worker | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const waiting: { readonly done: (survey: Survey) => void; readonly fail: (why: unknown) => void }[] = [];

  const end = () => void worker?.terminate();
  signal.addEventListener('abort', end, { once: true });

  function begin(): Worker {
    const begun = new Worker(import.meta.filename);
    // It must not keep a gateway alive that has ended.
    begun.unref();
    let why = 'it was stopped';
    // Answers come in the order of the tasks.
    begun.on('message', (answer: Survey) => waiting.shift()?.done(answer));
    begun.on('error', (e) => {
      why = e instanceof Error ? e.message : String(e);
    });
    begun.once('exit', () => {
      if (worker === begun) worker = null;
      for (const w of waiting.splice(0))
        w.fail(new LiftgateError('internal', `the picture could not be measured: ${why}; take a new one`));
    });
    return begun;
  }

  return (frame, outlines) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new LiftgateError('internal', 'the gateway is ending'));
      worker ??= begin();
      clearTimeout(idle);
      idle = setTimeout(() => waiting.length === 0 && end(), IDLE_MS).unref();
      waiting.push({ done: resolve, fail: reject });
      worker.postMessage({ frame, outlines } satisfies Task);
    });
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  port.on('message', ({ frame, outlines }: Task) => port.postMessage(survey(frame, outlines)));
}
