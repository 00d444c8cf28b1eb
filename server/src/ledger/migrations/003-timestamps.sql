-- Timestamps of an authority on checkpoints, each beside the note that it is of: the note of a size can be signed again, with other
-- bytes.
CREATE TABLE ledger_timestamp (
  size bigint PRIMARY KEY,
  note text NOT NULL,
  answer bytea NOT NULL CHECK (octet_length(answer) <= 65536),
  -- The authority's time, and the database's.
  authority_at timestamptz NOT NULL,
  stamped_at timestamptz NOT NULL DEFAULT now(),
  entry_id uuid NOT NULL
);
CREATE INDEX ledger_timestamp_stamped ON ledger_timestamp (stamped_at);
CREATE TRIGGER ledger_timestamp_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_timestamp
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- One row once an authority was asked: whose turn it is, and how the last attempts went.
CREATE TABLE ledger_stamping (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Since the last timestamp. Counted up when a process takes its turn: what it does after another took one counts for nothing.
  attempts integer NOT NULL,
  -- Nobody asks before.
  next_at timestamptz NOT NULL,
  -- A word of a fixed list, never what an authority said.
  trouble text CHECK (trouble ~ '^[a-z-]{1,40}$')
);
