-- Entries written in the transaction of the change they record, on their way into the tree. Mostly empty.
CREATE TABLE ledger_pending (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  actor uuid,
  about_kind text,
  about_id text,
  at timestamptz NOT NULL,
  bytes bytea NOT NULL CHECK (octet_length(bytes) <= 65535),
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);
CREATE INDEX ledger_pending_order ON ledger_pending (at, id);

-- Entries in the tree. The id is not unique on purpose: a caller that writes one id twice (after a commit whose outcome it
-- did not learn) has two entries, where a constraint would stop the whole ledger at the second.
CREATE TABLE ledger_entries (
  index bigint PRIMARY KEY,
  id uuid NOT NULL,
  kind text NOT NULL,
  actor uuid,
  about_kind text,
  about_id text,
  at timestamptz NOT NULL,
  bytes bytea NOT NULL
);
CREATE INDEX ledger_entries_id ON ledger_entries (id);
CREATE INDEX ledger_entries_kind ON ledger_entries (kind, index);
CREATE INDEX ledger_entries_actor ON ledger_entries (actor, index) WHERE actor IS NOT NULL;
CREATE INDEX ledger_entries_about ON ledger_entries (about_kind, about_id, index) WHERE about_kind IS NOT NULL;

-- Hash tiles of 256 hashes (8192 bytes) and the growing last one of each level. Hashes do not compress.
CREATE TABLE ledger_tile (
  level smallint NOT NULL,
  n bigint NOT NULL,
  hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (level, n)
);
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- One row once the ledger is founded: the last checkpoint. Its size fences sequencers against each other.
CREATE TABLE ledger_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  origin text NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL
);

-- Whoever owns the tables can lift this; what they changed then no longer fits the tree. It stops mistakes, not owners.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cannot change %: it is append-only, want a new entry that corrects', TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
