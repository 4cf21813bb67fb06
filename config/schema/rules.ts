import { z } from 'zod';
import { Minutes } from './words.ts';

export const Rules = z
  .strictObject({
    minimumStay: z
      .number()
      .min(0)
      .max(3_600)
      .default(180)
      .describe('Seconds; a shorter presence is a pass-through, not a stay.'),
    minimumGap: z.number().min(0).max(3_600).default(60).describe('Seconds a bay must be free between two stays.'),
    overstay: Minutes.default(180).describe(
      'Minutes after which a stay is too long, where the work order names no standard time.',
    ),
    idleAfter: Minutes.default(10).describe('Minutes without any sign of work before an occupied bay counts as idle.'),
    activityExpires: Minutes.default(5).describe('Minutes that the last sign of work counts.'),
    clockOnlyAfter: Minutes.default(20).describe(
      'Minutes without a physical sign after which a clocked job is marked "clock only".',
    ),
    emptyAfter: z
      .number()
      .min(0)
      .max(3_600)
      .default(60)
      .describe('Seconds that a bay may stand empty while cars wait before someone is told.'),
    alertsAnHour: z
      .int()
      .min(1)
      .max(1_000)
      .default(12)
      .describe('Most alerts of one bay in an hour; more become a single one that says so.'),
    whichCarAfter: z
      .number()
      .min(5)
      .max(3_600)
      .default(60)
      .describe('Seconds that an occupied bay may stay without a known car before someone is asked.'),
    scanHolds: Minutes.default(240).describe(
      'Minutes that a scan holds a bay occupied where no sensor sees it, unless another scan or the end of the shift comes before.',
    ),
    raisedAbove: z
      .number()
      .min(10)
      .max(2_500)
      .default(300)
      .describe('Lift height in mm from which it counts as raised.'),
    freeDistance: z
      .number()
      .min(50)
      .max(20_000)
      .default(1_500)
      .describe('Ultrasonic distance in mm from which the floor counts as free.'),
    undoWithin: Minutes.default(10).describe('Minutes within which an UNDO label or button takes a scan back.'),
    offlineAfter: z
      .number()
      .min(1)
      .max(3_600)
      .default(60)
      .describe('Seconds that a device may be away before an alert is raised.'),
    pace: z
      .number()
      .min(0.02)
      .max(1)
      .default(1)
      .describe('Factor on the confirmation times of bay states; below 1 only for demonstrations.'),
  })
  .prefault({});
