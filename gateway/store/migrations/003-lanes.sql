-- Epochs of this store, one after the other. The number of an event on the wire is its row's seq less `base`; a row
-- belongs to the last epoch whose base lies under it.
CREATE TABLE epoch (
  id         INTEGER PRIMARY KEY,
  epoch      TEXT    NOT NULL UNIQUE,
  base       INTEGER NOT NULL,
  -- Highest contiguous number that the cloud named; a lower one tells that the cloud was restored from a backup.
  contiguous INTEGER NOT NULL DEFAULT 0,
  begun_at   INTEGER NOT NULL,
  -- new: with the store; salvaged: after a broken database; behind: the cloud knew more; conflict: or something else.
  reason     TEXT    NOT NULL CHECK (reason IN ('new', 'salvaged', 'behind', 'conflict'))
) STRICT;
INSERT INTO epoch (epoch, base, contiguous, begun_at, reason) SELECT epoch, 0, contiguous, 0, 'new' FROM log;
ALTER TABLE log DROP COLUMN epoch;
ALTER TABLE log DROP COLUMN contiguous;

-- 0: alerts and the like, which go first; 1: all else.
ALTER TABLE outbox ADD COLUMN lane INTEGER NOT NULL DEFAULT 1;
UPDATE outbox SET lane = 0 WHERE seq IN (SELECT seq FROM event WHERE rank = 3);
CREATE INDEX outbox_first ON outbox (seq) WHERE lane = 0;

-- Runs of the operating system. `anchor` + monotonic ms = true wall clock; null while nobody told the true time.
CREATE TABLE boot (
  id     INTEGER PRIMARY KEY,
  boot   TEXT    NOT NULL UNIQUE,
  anchor INTEGER
) STRICT;
-- When an event was recorded: by the wall clock (never rewritten), and by the monotonic clock of a boot. `clock` is 1
-- where the wall clock was known to be right at that moment.
ALTER TABLE event ADD COLUMN recorded_at INTEGER;
ALTER TABLE event ADD COLUMN boot INTEGER;
ALTER TABLE event ADD COLUMN mono INTEGER;
ALTER TABLE event ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;

-- What was dropped, by class and reason; the counts add up to log.dropped.
CREATE TABLE dropped (
  class  TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (class, reason)
) STRICT;
INSERT INTO dropped (class, reason, count) SELECT 'telemetry', 'budget', dropped FROM log WHERE dropped > 0;
