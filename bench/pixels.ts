import { pixelRows } from './camera/pixels.ts';

/** Scores pixels in a process of its own: drawing takes a whole core, and the time-lapse of faults must not wait for it. */
process.once('message', () => {
  void pixelRows().then((rows) => process.send!(rows, () => process.exit(0)));
});
