-- Records that wait for a row of another table, or of their own; they go there when it has come.
CREATE TABLE sluice.pending (
  load bigint NOT NULL,
  record bigint NOT NULL,
  line bigint NOT NULL,
  byte_offset bigint NOT NULL,
  table_name text NOT NULL,
  -- The values of the primary key: a later record of the same key takes the place of this one.
  key jsonb NOT NULL,
  -- The columns that refer to the missing row, and the table it is missing from.
  column_name text NOT NULL,
  parent text NOT NULL,
  -- What the row will be, by the names of the table's columns.
  row_values jsonb NOT NULL,
  raw text NOT NULL,
  PRIMARY KEY (load, record)
);

CREATE INDEX pending_table ON sluice.pending (table_name);
-- Keys may be longer than an entry of a B-tree.
CREATE INDEX pending_key ON sluice.pending USING hash (key);

-- Rows that a file which replaced its table did not hold.
ALTER TABLE sluice.loads ADD COLUMN deleted bigint NOT NULL DEFAULT 0;
-- Records of other loads that had waited for rows of this one.
ALTER TABLE sluice.loads ADD COLUMN healed bigint NOT NULL DEFAULT 0;
