-- What people make of a flag: one case from its first word until somebody said how it ended.
CREATE TABLE flag_cases (
  site               text   NOT NULL,
  id                 uuid   NOT NULL DEFAULT gen_random_uuid(),
  vin                text   NOT NULL,
  flag               text   NOT NULL,
  state              text   NOT NULL CHECK (state IN ('watching', 'raised', 'acknowledged', 'booked', 'verified', 'dismissed')),
  severity           text   NOT NULL,
  cause              text,
  opened_at          bigint NOT NULL,
  raised_at          bigint,
  changed_at         bigint NOT NULL,
  -- Account or initials; null: the rules.
  changed_by         text,
  -- The engine's newest word: what is said again after the end of a case opens no other.
  told               text   NOT NULL,
  told_at            bigint NOT NULL,
  closed_at          bigint,
  proposed           text   CHECK (proposed IN ('order', 'readings')),
  order_id           text,
  appointment_from   bigint,
  appointment_until  bigint,
  later_until        bigint,
  outcome            text   CHECK (outcome IN ('repaired', 'found-fine')),
  PRIMARY KEY (site, id)
);
-- One thing, one active case.
CREATE UNIQUE INDEX flag_cases_active ON flag_cases (site, vin, flag) WHERE closed_at IS NULL;
CREATE INDEX flag_cases_of_vehicle ON flag_cases (site, vin, flag, opened_at DESC);
CREATE INDEX flag_cases_open ON flag_cases (site, state) WHERE closed_at IS NULL;

-- Who did what with it, never changed.
CREATE TABLE flag_acts (
  site     text   NOT NULL,
  case_id  uuid   NOT NULL,
  id       bigint GENERATED ALWAYS AS IDENTITY,
  act      text   NOT NULL,
  at       bigint NOT NULL,
  by_whom  text,
  reason   text,
  PRIMARY KEY (site, case_id, id),
  FOREIGN KEY (site, case_id) REFERENCES flag_cases ON DELETE CASCADE
);
CREATE UNIQUE INDEX flag_acts_once ON flag_acts (site, case_id, act, at);

-- Who was shown the telephone number of whom, and for which car.
CREATE TABLE contact_views (
  site      text   NOT NULL,
  customer  uuid   NOT NULL,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  vin       text   NOT NULL,
  person    text   NOT NULL,
  at        bigint NOT NULL,
  PRIMARY KEY (site, customer, id),
  FOREIGN KEY (site, customer) REFERENCES customers ON DELETE CASCADE
);

ALTER TABLE orders ADD COLUMN repaired text[] NOT NULL DEFAULT '{}';
ALTER TABLE notices ADD COLUMN due_km jsonb;
ALTER TABLE notices ADD COLUMN appointment jsonb;

-- Flags that stand already.
INSERT INTO flag_cases (site, vin, flag, state, severity, cause, opened_at, raised_at, changed_at, told, told_at)
  SELECT site, vin, flag, CASE data ->> 'state' WHEN 'raised' THEN 'raised' ELSE 'watching' END, data ->> 'severity',
    data ->> 'cause', marked_at, CASE data ->> 'state' WHEN 'raised' THEN marked_at END, marked_at, data ->> 'state', marked_at
  FROM vehicle_flags WHERE data ->> 'state' IN ('watch', 'raised');
