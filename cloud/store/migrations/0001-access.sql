-- Who may come in: people, gateways, screens. Three kinds of credential, none accepted in another's place; of each only
-- the SHA-256 is kept, so that a copy of this database opens nothing. Times are milliseconds since 1970, UTC.

CREATE TABLE sites (
  site        text PRIMARY KEY,
  name        text NOT NULL,
  timezone    text NOT NULL,
  -- When the layout was last told, so that an older one never overwrites a newer one.
  told_at     bigint NOT NULL DEFAULT 0,
  -- Position of the newest event in the log of this site. Whoever appends holds this row until its commit: positions
  -- become visible in order, and a reader that asks for "after n" never misses one.
  last_event  bigint NOT NULL DEFAULT 0
);

CREATE TABLE people (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name           text NOT NULL,
  email          text NOT NULL,
  password_hash  text NOT NULL,
  role           text NOT NULL CHECK (role IN ('manager', 'advisor')),
  locale         text NOT NULL CHECK (locale IN ('zh-CN', 'en')),
  -- The sites this person may see; null: all.
  sites          text[],
  created_at     bigint NOT NULL
);
CREATE UNIQUE INDEX people_by_email ON people (lower(email));

CREATE TABLE sessions (
  token_sha256  bytea PRIMARY KEY,
  person        uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  created_at    bigint NOT NULL,
  expires_at    bigint NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- One-time links of the first start.
CREATE TABLE set_up_links (
  token_sha256  bytea PRIMARY KEY,
  expires_at    bigint NOT NULL
);

CREATE TABLE gateways (
  site          text NOT NULL REFERENCES sites,
  gateway       text NOT NULL CHECK (gateway <> 'cloud'),
  token_sha256  bytea NOT NULL,
  created_at    bigint NOT NULL,
  revoked_at    bigint,
  last_sync_at  bigint,
  -- Its clock minus ours at the last sync, ms.
  skew_ms       bigint,
  -- Ages of its sources as it reported them at last_sync_at.
  ages          jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (site, gateway)
);
CREATE INDEX gateways_by_token ON gateways (token_sha256);

CREATE TABLE screens (
  site          text NOT NULL,
  screen        text NOT NULL,
  name          text NOT NULL,
  token_sha256  text NOT NULL,
  state         text NOT NULL CHECK (state IN ('paired', 'revoked')),
  expires_at    bigint NOT NULL,
  marked_at     bigint NOT NULL,
  marked_seq    bigint NOT NULL,
  PRIMARY KEY (site, screen)
);
CREATE INDEX screens_by_token ON screens (token_sha256);
