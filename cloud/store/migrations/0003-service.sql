-- The service module: what the events and the advisors say about cars, stays, orders and alerts, in their newest state.
-- (marked_at, marked_seq) is the event that was applied last: an older one that arrives late changes nothing.

CREATE TABLE vehicles (
  site          text   NOT NULL,
  vin           text   NOT NULL,
  plate         text,
  model         text,
  last_seen_at  bigint,
  marked_at     bigint NOT NULL DEFAULT 0,
  marked_seq    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site, vin)
);
CREATE INDEX vehicles_by_last_seen ON vehicles (site, (coalesce(last_seen_at, 0)) DESC, vin DESC);

CREATE TABLE visits (
  site        text   NOT NULL,
  visit       text   NOT NULL,
  bay         text   NOT NULL,
  start_at    bigint NOT NULL,
  end_at      bigint,
  vin         text,
  order_id    text,
  marked_at   bigint NOT NULL DEFAULT 0,
  marked_seq  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site, visit)
);
CREATE INDEX visits_of_vehicle ON visits (site, vin, start_at DESC);
CREATE INDEX visits_open ON visits (site, bay) WHERE end_at IS NULL;

CREATE TABLE vehicle_signals (
  site    text   NOT NULL,
  vin     text   NOT NULL,
  signal  text   NOT NULL,
  value   double precision,
  at      bigint NOT NULL,
  PRIMARY KEY (site, vin, signal)
);

CREATE TABLE vehicle_flags (
  site        text   NOT NULL,
  vin         text   NOT NULL,
  flag        text   NOT NULL,
  data        jsonb  NOT NULL,
  marked_at   bigint NOT NULL,
  marked_seq  bigint NOT NULL,
  PRIMARY KEY (site, vin, flag)
);

CREATE TABLE alerts (
  site             text   NOT NULL,
  gateway          text   NOT NULL,
  alert            text   NOT NULL,
  -- How the console names it.
  id               uuid   NOT NULL DEFAULT gen_random_uuid(),
  kind             text   NOT NULL,
  state            text   NOT NULL,
  severity         text   NOT NULL,
  since            bigint NOT NULL,
  cleared_at       bigint,
  bay              text,
  device           text,
  vin              text,
  detail           jsonb  NOT NULL,
  acknowledged_by  text,
  acknowledged_at  bigint,
  marked_at        bigint NOT NULL,
  marked_seq       bigint NOT NULL,
  PRIMARY KEY (site, gateway, alert)
);
CREATE INDEX alerts_by_id ON alerts (id);
CREATE INDEX alerts_by_time ON alerts (site, since DESC, id DESC);
CREATE INDEX alerts_open ON alerts (site, vin) WHERE state = 'raised';

CREATE TABLE orders (
  site              text   NOT NULL,
  order_id          text   NOT NULL,
  vin               text,
  plate             text,
  model             text,
  customer          text,
  bay               text,
  state             text   NOT NULL,
  hold              text,
  promised_at       bigint,
  standard_minutes  int,
  job               text,
  created_at        bigint NOT NULL,
  updated_at        bigint NOT NULL,
  PRIMARY KEY (site, order_id)
);
CREATE INDEX orders_by_time ON orders (site, created_at DESC, order_id DESC);
CREATE INDEX orders_of_vehicle ON orders (site, vin, created_at DESC);
