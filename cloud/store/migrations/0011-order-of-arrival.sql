-- What the tables say must not depend on the order in which events arrive: each word bears the mark of its event (time,
-- seq), and the newest counts.

-- The turns of a bay in their true order: which of them ended a stay is asked of the log.
CREATE INDEX events_of_turns ON events (site, subject, time, seq) WHERE type = 'liftgate.bay.occupancy.v1';

-- marked_*: the last event that saw the stay. ended_*: the first after it that saw the bay empty, or another stay.
-- named_*: the first that named its car, which counts while none has seen it.
ALTER TABLE visits ADD COLUMN ended_at   bigint;
ALTER TABLE visits ADD COLUMN ended_seq  bigint;
ALTER TABLE visits ADD COLUMN named_at   bigint;
ALTER TABLE visits ADD COLUMN named_seq  bigint;
ALTER TABLE visits ADD COLUMN vin_at     bigint NOT NULL DEFAULT 0;
ALTER TABLE visits ADD COLUMN vin_seq    bigint NOT NULL DEFAULT 0;
ALTER TABLE visits ADD COLUMN order_at   bigint NOT NULL DEFAULT 0;
ALTER TABLE visits ADD COLUMN order_seq  bigint NOT NULL DEFAULT 0;
UPDATE visits SET ended_at = marked_at, ended_seq = marked_seq WHERE end_at IS NOT NULL;
UPDATE visits v SET marked_at = s.time, marked_seq = s.seq FROM (
  SELECT DISTINCT ON (site, data ->> 'stay') site, data ->> 'stay' AS visit, time, seq FROM events
  WHERE type = 'liftgate.bay.occupancy.v1' AND data ->> 'state' IN ('occupied', 'leaving')
  ORDER BY site, data ->> 'stay', time DESC, seq DESC) s WHERE s.site = v.site AND s.visit = v.visit;
UPDATE visits v SET named_at = s.time, named_seq = s.seq FROM (
  SELECT DISTINCT ON (site, data ->> 'stay') site, data ->> 'stay' AS visit, time, seq FROM events
  WHERE type = 'liftgate.bay.vehicle.v1'
  ORDER BY site, data ->> 'stay', time, seq) s WHERE s.site = v.site AND s.visit = v.visit;
CREATE INDEX visits_by_end ON visits (site, bay, ended_at);

ALTER TABLE vehicles ADD COLUMN plate_at   bigint NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN plate_seq  bigint NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN model_at   bigint NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN model_seq  bigint NOT NULL DEFAULT 0;
UPDATE vehicles SET plate_at = marked_at, plate_seq = marked_seq, model_at = marked_at, model_seq = marked_seq;
ALTER TABLE vehicles DROP COLUMN marked_at;
ALTER TABLE vehicles DROP COLUMN marked_seq;

ALTER TABLE vehicle_signals ADD COLUMN seq bigint NOT NULL DEFAULT 0;

-- The event by which work on an order began, and where; null: a person said so.
ALTER TABLE orders ADD COLUMN begun_at   bigint;
ALTER TABLE orders ADD COLUMN begun_seq  bigint;
ALTER TABLE orders ADD COLUMN begun_bay  text;
