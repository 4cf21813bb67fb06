-- Links by which a customer ends the reminders, one for each letter that was handed over. Only the hash of the token is
-- kept, so that nobody who reads this table can use one; the address holds nothing else.
CREATE TABLE letter_links (
  token_sha256  bytea  PRIMARY KEY,
  site          text   NOT NULL,
  customer      uuid   NOT NULL,
  notice        uuid   NOT NULL,
  made_at       bigint NOT NULL,
  -- It works once: who agrees again later is not opted out by an old letter.
  used_at       bigint,
  FOREIGN KEY (site, customer) REFERENCES customers ON DELETE CASCADE
);
CREATE INDEX letter_links_of_customer ON letter_links (site, customer);
