-- Messages to people that wait to be sent, written in the same transaction as the reason for them.
-- waiting → sending → sent | failed | dropped. `sending` is committed before the first byte leaves: a crash in between
-- leaves a job whose fate is unknown, and that is reported, never sent a second time.
CREATE TABLE outbox (
  site        text   NOT NULL,
  key         text   NOT NULL,
  channel     text   NOT NULL CHECK (channel IN ('email')),
  ref         uuid   NOT NULL,
  state       text   NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),
  run_after   bigint NOT NULL,
  expires_at  bigint NOT NULL,
  attempts    int    NOT NULL DEFAULT 0,
  claimed_at  bigint,
  last_error  text,
  PRIMARY KEY (site, key)
);
CREATE INDEX outbox_due ON outbox (run_after) WHERE state = 'waiting';
CREATE INDEX outbox_sending ON outbox (claimed_at) WHERE state = 'sending';
