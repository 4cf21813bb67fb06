import { z } from 'zod';
import { Id } from '../../protocols/event.ts';

/** The small words that options are made of. */

export const Port = z.int().min(0).max(65_535);
export const Minutes = z.number().positive().max(100_000);
export const Host = z.string().min(1).max(253);
export const HttpUrl = z.url({ protocol: /^https?$/ });
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, 24 h');

/** What every device has. */
export const device = {
  id: Id.describe('Name of the device, unique in the site; it stands in every reading.'),
  name: z.string().max(60).optional().describe('What people call it; the id if left out.'),
  bay: Id.optional().describe('The bay that it belongs to; left out when it serves the whole site.'),
  silence: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Longest normal silence, in seconds; after it the wall shows the source as old.'),
};
