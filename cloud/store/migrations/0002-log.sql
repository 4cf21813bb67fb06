-- The log of events. The site stands first in every key, so that the tables can be spread by site (Citus asks for it).

CREATE TABLE events (
  site         text   NOT NULL,
  gateway      text   NOT NULL,
  epoch        text   NOT NULL,
  seq          bigint NOT NULL,
  -- Position in the site's log, in the order of commits (see sites.last_event). Gaps are normal.
  id           bigint NOT NULL,
  type         text   NOT NULL,
  subject      text   NOT NULL,
  time         bigint NOT NULL,
  received_at  bigint NOT NULL,
  data         jsonb  NOT NULL,
  -- Over type, subject, time and data: tells a repetition from another event under the same key.
  body_sha256  bytea  NOT NULL,
  PRIMARY KEY (site, gateway, epoch, seq)
);
CREATE UNIQUE INDEX events_in_order ON events (site, id);
CREATE INDEX events_by_subject ON events (site, subject, type, id DESC);
CREATE INDEX events_down ON events (site, id) WHERE gateway = 'cloud';
CREATE INDEX events_of_scanned_vin ON events (site, (data ->> 'text'), id DESC)
  WHERE type = 'liftgate.scan.v1' AND data ->> 'kind' = 'vin';

-- What arrived of each epoch of a gateway, as ranges: lanes may arrive out of order, and what was refused counts as
-- arrived, so that one bad event never holds up the others.
CREATE TABLE cursors (
  site      text NOT NULL,
  gateway   text NOT NULL,
  epoch     text NOT NULL,
  received  int8multirange NOT NULL DEFAULT '{}',
  PRIMARY KEY (site, gateway, epoch)
);

-- What could not be understood (dead letters) and what came under a key that holds another body (quarantine).
CREATE TABLE dead_letters (
  site         text   NOT NULL,
  gateway      text   NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  epoch        text   NOT NULL,
  -- Null where not even the number could be read.
  seq          bigint,
  verdict      text   NOT NULL CHECK (verdict IN ('rejected', 'conflict')),
  reason       text   NOT NULL,
  received_at  bigint NOT NULL,
  -- The bytes as they came (UTF-8 of the JSON): jsonb cannot hold every text that JSON can.
  body         bytea  NOT NULL,
  PRIMARY KEY (site, gateway, id)
);
CREATE UNIQUE INDEX dead_letters_once ON dead_letters (site, gateway, epoch, seq, verdict, sha256(body))
  NULLS NOT DISTINCT;

-- The events that the cloud itself adds to a site's log carry this epoch: new with each new database.
CREATE TABLE own_epoch (
  epoch  text PRIMARY KEY,
  single boolean NOT NULL DEFAULT true UNIQUE CHECK (single)
);
INSERT INTO own_epoch (epoch) VALUES ('c' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 15));

-- The board of each site as it was at an event, so that a start does not fold the whole log.
CREATE TABLE boards (
  site   text   NOT NULL,
  shape  int    NOT NULL,
  id     bigint NOT NULL,
  view   jsonb  NOT NULL,
  PRIMARY KEY (site, shape)
);
