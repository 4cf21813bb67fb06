import { LiftgateError } from '../../protocols/error.ts';
import { type Db, storeError } from './db.ts';

interface CalibrationRow {
  readonly camera: string;
  readonly bay: string;
  /** 0 where nothing was ever kept. */
  readonly revision: number;
  /** JSON; null where nothing was ever kept. */
  readonly body: string | null;
}

/** What was drawn and labelled for each bay of each camera: numbers, no pictures. */
export interface Calibrations {
  get(camera: string, bay: string): CalibrationRow;
  /**
   * Keeps a new body and gives the new revision.
   * @throws LiftgateError `conflict` when `revision` is not the stored one, `full` when there is no room
   */
  put(camera: string, bay: string, revision: number, body: unknown): number;
}

export function openCalibrations(db: Db): Calibrations {
  const select = db.prepare<[string, string], { revision: number; body: string }>(
    'SELECT revision, body FROM calibration WHERE camera = ? AND bay = ?',
  );
  const upsert = db.prepare<[string, string, number, string]>(
    `INSERT INTO calibration (camera, bay, revision, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (camera, bay) DO UPDATE SET revision = excluded.revision, body = excluded.body`,
  );
  const get = (camera: string, bay: string): CalibrationRow => ({
    camera,
    bay,
    ...(select.get(camera, bay) ?? { revision: 0, body: null }),
  });
  return {
    get,
    put(camera, bay, revision, body) {
      if (get(camera, bay).revision !== revision)
        throw new LiftgateError(
          'conflict',
          `bay ${bay} of ${camera} was changed by somebody else meanwhile: look at it again, then repeat the change`,
          { about: 'revision' },
        );
      try {
        upsert.run(camera, bay, revision + 1, JSON.stringify(body));
      } catch (e) {
        throw storeError(e);
      }
      return revision + 1;
    },
  };
}
