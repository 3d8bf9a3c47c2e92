-- The ledger as the API answers it.
CREATE VIEW sluice.load_reports AS
  SELECT id, bucket, key, table_name AS "table", status, code, reason, bytes, read, inserted,
    updated, unchanged, superseded, rejected, pending, deleted, healed, seconds, finished_at,
    rejects_key
  FROM sluice.loads;

-- What came of an upload: who asks knows its key.
CREATE INDEX loads_key ON sluice.loads (key, id);

SELECT sluice.let_readers('sluice.load_reports');
