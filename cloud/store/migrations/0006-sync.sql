-- Which run of a gateway spoke last, and which it took over from: a run that comes back after it was taken over is a
-- second gateway under the same identity.
ALTER TABLE gateways ADD COLUMN instance text;
ALTER TABLE gateways ADD COLUMN former text;
ALTER TABLE gateways ADD COLUMN instance_at bigint;
-- When two of them were found to speak at the same time.
ALTER TABLE gateways ADD COLUMN twin_at bigint;

-- Where the gateway's clock was known to be wrong, `time` is the corrected one; what the gateway said stands here.
ALTER TABLE events ADD COLUMN said_time bigint;
-- good, corrected, estimated (by the gateway), skewed (corrected here by the offset of its clock); null: nothing known.
ALTER TABLE events ADD COLUMN clock text;

-- Only two questions are asked by subject: the codes of a car, and the newest word of the cloud on an order.
DROP INDEX events_by_subject;
CREATE INDEX events_of_codes ON events (site, subject, id DESC) WHERE type = 'liftgate.vehicle.codes.v1';
CREATE INDEX events_own_by_subject ON events (site, subject, type, id DESC) WHERE gateway = 'cloud';

-- Place in each site's log up to which old telemetry has been removed.
ALTER TABLE sites ADD COLUMN swept_event bigint NOT NULL DEFAULT 0;

-- When a person had a dead letter read again, and it went well.
ALTER TABLE dead_letters ADD COLUMN replayed_at bigint;
