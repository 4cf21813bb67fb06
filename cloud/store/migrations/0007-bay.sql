-- The ledger of the bays. Of each interval the highest version is kept; what was taken back stays as a mark, so that an
-- older word that arrives late does not bring it back.
CREATE TABLE bay_intervals (
  site        text    NOT NULL,
  bay         text    NOT NULL,
  interval_id text    NOT NULL,
  version     int     NOT NULL,
  day         date    NOT NULL,
  from_at     bigint  NOT NULL,
  to_at       bigint  NOT NULL,
  leaf        text,
  open        boolean NOT NULL,
  stay        text,
  visit       text,
  vin         text,
  order_id    text,
  rule        text    NOT NULL,
  evidence    jsonb   NOT NULL,
  confidence  double precision,
  said_by     text    NOT NULL,
  said_at     bigint  NOT NULL,
  removed     boolean NOT NULL,
  why         text,
  PRIMARY KEY (site, bay, interval_id)
);
CREATE INDEX bay_intervals_in_time ON bay_intervals (site, bay, from_at) WHERE NOT removed;
CREATE INDEX bay_intervals_of_vin ON bay_intervals (site, vin, from_at) WHERE vin IS NOT NULL AND NOT removed;

-- What people put right, for ever: who, when and why, of the correction and of its withdrawal.
CREATE TABLE bay_corrections (
  site          text   NOT NULL,
  correction    text   NOT NULL,
  bay           text   NOT NULL,
  from_at       bigint NOT NULL,
  to_at         bigint NOT NULL,
  leaf          text,
  vin           text,
  order_id      text,
  -- Null while only the withdrawal has arrived.
  who           text,
  said_at       bigint,
  why           text,
  withdrawn_who text,
  withdrawn_at  bigint,
  withdrawn_why text,
  PRIMARY KEY (site, correction)
);
CREATE INDEX bay_corrections_in_time ON bay_corrections (site, bay, from_at);

-- The bays of each site in the order of its wall, and the newest word on the work in each.
CREATE TABLE bays (
  site        text   NOT NULL,
  bay         text   NOT NULL,
  place       int,
  work        jsonb,
  marked_at   bigint NOT NULL DEFAULT 0,
  marked_seq  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site, bay)
);
-- Sites that are there already: their bays, as they were told last.
INSERT INTO bays (site, bay, place)
  SELECT DISTINCT ON (e.site, b.value ->> 'bay') e.site, b.value ->> 'bay', b.ordinality
  FROM events e, jsonb_array_elements(e.data -> 'bays') WITH ORDINALITY b
  WHERE e.type = 'liftgate.site.layout.v1' ORDER BY e.site, b.value ->> 'bay', e.id DESC;

ALTER TABLE orders ADD COLUMN rework boolean NOT NULL DEFAULT false;
