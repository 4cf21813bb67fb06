-- What was received of each gateway, in numbers that add up: received = accepted + duplicate + conflict + rejected. They
-- change in the transaction that stores the events.
ALTER TABLE gateways ADD COLUMN received   bigint NOT NULL DEFAULT 0;
ALTER TABLE gateways ADD COLUMN accepted   bigint NOT NULL DEFAULT 0;
ALTER TABLE gateways ADD COLUMN duplicate  bigint NOT NULL DEFAULT 0;
ALTER TABLE gateways ADD COLUMN conflict   bigint NOT NULL DEFAULT 0;
ALTER TABLE gateways ADD COLUMN rejected   bigint NOT NULL DEFAULT 0;
-- As it told at last_sync_at: events that wait on site, and the age of the oldest of them, ms.
ALTER TABLE gateways ADD COLUMN queued     bigint;
ALTER TABLE gateways ADD COLUMN oldest_ms  bigint;
-- From the recording of the newest live event to its commit here, ms.
ALTER TABLE gateways ADD COLUMN delay_ms   bigint;

-- The runs that were taken over, newest last, and since when the present one speaks. One that speaks again after it was
-- taken over is a second gateway under the same identity.
ALTER TABLE gateways ADD COLUMN formers  text[] NOT NULL DEFAULT '{}';
ALTER TABLE gateways ADD COLUMN taken_at bigint;
UPDATE gateways SET formers = ARRAY[former] WHERE former IS NOT NULL;
ALTER TABLE gateways DROP COLUMN former;

-- What gateways had to drop, or sent again under other numbers, as their gap records tell.
CREATE TABLE gateway_gaps (
  site     text   NOT NULL,
  gateway  text   NOT NULL,
  class    text   NOT NULL,
  reason   text   NOT NULL,
  events   bigint NOT NULL,
  last_at  bigint NOT NULL,
  PRIMARY KEY (site, gateway, class, reason)
);
INSERT INTO gateway_gaps (site, gateway, class, reason, events, last_at)
  SELECT site, gateway, data ->> 'priority', data ->> 'reason', sum((data ->> 'count')::bigint), max(time)
  FROM events WHERE type = 'liftgate.journal.gap.v1' GROUP BY 1, 2, 3, 4;
