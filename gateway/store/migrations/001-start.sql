-- Where the log stands: one row. The check holds at every commit, so the numbers that people see are exact.
CREATE TABLE log (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  epoch        TEXT    NOT NULL,
  last_seq     INTEGER NOT NULL DEFAULT 0,
  produced     INTEGER NOT NULL DEFAULT 0,
  acknowledged INTEGER NOT NULL DEFAULT 0,
  queued       INTEGER NOT NULL DEFAULT 0,
  dropped      INTEGER NOT NULL DEFAULT 0,
  -- Highest contiguous seq that the cloud named; a lower one tells that the cloud was restored from a backup.
  contiguous   INTEGER NOT NULL DEFAULT 0,
  down_cursor  TEXT    NOT NULL DEFAULT '0',
  -- 1 after an orderly close; 0 while open, and after a kill or a power cut.
  clean        INTEGER NOT NULL DEFAULT 1,
  CHECK (produced = acknowledged + queued + dropped)
) STRICT;

-- What was heard, in the order of the commits. `rank` says what goes first when room is short: the highest.
CREATE TABLE input (
  id   INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  body TEXT    NOT NULL
) STRICT;

-- What it means. `data` is the CloudEvents data as JSON; `vin` is set where the event tells of one car.
CREATE TABLE event (
  seq     INTEGER PRIMARY KEY,
  type    TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  time    INTEGER NOT NULL,
  rank    INTEGER NOT NULL,
  vin     TEXT,
  data    TEXT    NOT NULL
) STRICT;
CREATE INDEX event_vin ON event (vin, seq) WHERE vin IS NOT NULL;
-- What retention looks through: health (4) and telemetry (5), the only events that are ever dropped.
CREATE INDEX event_droppable ON event (rank, seq) WHERE rank >= 4;

-- Events without a final verdict of the cloud.
CREATE TABLE outbox (seq INTEGER PRIMARY KEY) STRICT;

-- Events that the cloud refused for good, for a person to look at.
CREATE TABLE dead_letter (
  seq     INTEGER PRIMARY KEY,
  verdict TEXT    NOT NULL,
  reason  TEXT,
  at      INTEGER NOT NULL
) STRICT;

-- Facts from the cloud, in the order of their arrival; the key makes a second delivery harmless.
CREATE TABLE down_event (
  id   INTEGER PRIMARY KEY,
  key  TEXT    NOT NULL UNIQUE,
  body TEXT    NOT NULL
) STRICT;

-- State that a replay starts from: everything up to these rows is in it.
CREATE TABLE snapshot (
  name  TEXT    PRIMARY KEY,
  input INTEGER NOT NULL,
  seq   INTEGER NOT NULL,
  down  INTEGER NOT NULL,
  body  TEXT    NOT NULL
) STRICT;

-- Small things to remember, such as the layout that was last told.
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE password (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL) STRICT;
CREATE TABLE session (token_sha256 TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;
CREATE TABLE screen (
  screen       TEXT    PRIMARY KEY,
  name         TEXT    NOT NULL,
  token_sha256 TEXT    NOT NULL UNIQUE,
  paired_at    INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  last_seen_at INTEGER,
  revoked      INTEGER NOT NULL DEFAULT 0
) STRICT;
