import { readFile } from 'node:fs/promises';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { readModel, type VisionModel } from './model.ts';

/** Reads a model from its file. @throws LiftgateError `config` when it is missing or not one. */
export async function loadModel(path: string): Promise<VisionModel> {
  const text = await readFile(path, 'utf8').catch((e: unknown) => {
    throw new LiftgateError(
      'config',
      `expected a model of liftgate camera calibrate, got ${messageOf(e)}; make one with liftgate camera calibrate --labels … --out …`,
    );
  });
  return readModel(text, path);
}
