-- How many attempts at a password are left, for all workers: a bucket regains attempts steadily, so
-- one time says how full it is. Full ones need no row.
CREATE TABLE sluice.attempts (
  -- SHA-256 of what is limited: somebody may have typed a password where the name belongs.
  subject bytea PRIMARY KEY,
  full_at timestamptz NOT NULL
);
CREATE INDEX attempts_full ON sluice.attempts (full_at);

-- Networks that users have logged in from. They have attempts of their own there, so that nobody
-- elsewhere can use them up.
CREATE TABLE sluice.known_sources (
  user_id bigint NOT NULL REFERENCES sluice.users ON DELETE CASCADE,
  -- SHA-256 of the network.
  source bytea NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, source)
);
CREATE INDEX known_sources_age ON sluice.known_sources (seen_at);
