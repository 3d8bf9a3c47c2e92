-- The CSV that holds a load's rejects to mend: what its first line is, and where it was written.
ALTER TABLE sluice.loads
  ADD COLUMN rejects_header text,
  -- NULL until the object stands in the bucket.
  ADD COLUMN rejects_key text;
