-- Customers, what they agreed to, and the notices that follow from predictions.

CREATE TABLE customers (
  site            text    NOT NULL,
  id              uuid    NOT NULL DEFAULT gen_random_uuid(),
  name            text    NOT NULL,
  email           text,
  phone           text,
  locale          text    NOT NULL CHECK (locale IN ('zh-CN', 'en')),
  -- Express opt-in to be told of predicted maintenance; the ledger below proves it.
  consent         boolean NOT NULL DEFAULT false,
  consent_at      bigint,
  consent_source  text,
  created_at      bigint  NOT NULL,
  PRIMARY KEY (site, id)
);
CREATE INDEX customers_by_id ON customers (id);
CREATE INDEX customers_by_time ON customers (site, created_at DESC, id DESC);

CREATE TABLE customer_vehicles (
  site      text NOT NULL,
  vin       text NOT NULL,
  customer  uuid NOT NULL,
  PRIMARY KEY (site, vin),
  FOREIGN KEY (site, customer) REFERENCES customers ON DELETE CASCADE
);
CREATE INDEX vehicles_of_customer ON customer_vehicles (site, customer);

-- Each giving and each withdrawal, never changed: the proof of consent must be kept for years.
CREATE TABLE consents (
  site      text    NOT NULL,
  customer  uuid    NOT NULL,
  id        bigint  GENERATED ALWAYS AS IDENTITY,
  purpose   text    NOT NULL,
  given     boolean NOT NULL,
  source    text    NOT NULL,
  person    text,
  at        bigint  NOT NULL,
  PRIMARY KEY (site, customer, id)
);

CREATE TABLE notices (
  site         text   NOT NULL,
  id           uuid   NOT NULL DEFAULT gen_random_uuid(),
  vin          text   NOT NULL,
  -- Number of the 30-day span of the prediction.
  span         int    NOT NULL,
  flag         text   NOT NULL,
  severity     text   NOT NULL,
  state        text   NOT NULL,
  why          text,
  customer     uuid,
  due_early    bigint,
  due_likely   bigint,
  template     text   NOT NULL,
  subject      text   NOT NULL,
  body         text   NOT NULL,
  created_at   bigint NOT NULL,
  expires_at   bigint NOT NULL,
  approved_by  text,
  approved_at  bigint,
  send_after   bigint,
  sent_at      bigint,
  PRIMARY KEY (site, id)
);
-- A person is told once of one thing, however often the prediction is repeated.
CREATE UNIQUE INDEX notices_once ON notices (site, flag, vin, span);
CREATE INDEX notices_by_id ON notices (id);
CREATE INDEX notices_by_time ON notices (site, created_at DESC, id DESC);
CREATE INDEX notices_of_vehicle ON notices (site, vin, created_at DESC);
CREATE INDEX notices_to_expire ON notices (expires_at) WHERE state IN ('proposed', 'blocked', 'approved');
