import { z } from 'zod';
import { TimeOfDay } from './words.ts';

const Breaks = z
  .array(
    z.strictObject({
      from: TimeOfDay.describe('Site-local time at which it begins …'),
      to: TimeOfDay.describe('… and ends.'),
    }),
  )
  .default([]);

export const ShiftCalendar = z
  .strictObject({
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .default(['mon', 'tue', 'wed', 'thu', 'fri', 'sat'])
      .describe('Days on which the workshop is open.'),
    open: TimeOfDay.default('08:00').describe('Site-local time at which bays open.'),
    close: TimeOfDay.default('18:00').describe('Site-local time at which bays close; 24:00 is written 00:00.'),
    breaks: Breaks.describe('Breaks inside the open hours.'),
    holidays: z
      .array(z.iso.date())
      .max(1_000)
      .default([])
      .describe('Site-local dates (YYYY-MM-DD) on which the workshop stays closed.'),
    special: z
      .array(
        z.strictObject({
          date: z.iso.date().describe('Site-local date with hours of its own, whatever the weekday.'),
          open: TimeOfDay.describe('Site-local time at which bays open on that date …'),
          close: TimeOfDay.describe('… and close.'),
          breaks: Breaks.describe('Breaks inside these hours.'),
        }),
      )
      .max(1_000)
      .default([])
      .describe('Days with hours of their own, such as a working Sunday; they go before holidays.'),
  })
  .prefault({});
