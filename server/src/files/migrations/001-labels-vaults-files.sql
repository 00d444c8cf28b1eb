-- What a label means here. A label without a classification record does not exist: somebody decided, on some basis.
CREATE TABLE label (
  fqn text PRIMARY KEY CHECK (fqn = lower(fqn)),
  dimension text NOT NULL CHECK (dimension IN ('jurisdiction', 'program', 'item', 'dissem')),
  value text NOT NULL CHECK (value <> ''),
  title text NOT NULL CHECK (title <> ''),
  active boolean NOT NULL DEFAULT true,
  classified_by uuid NOT NULL,
  classified_at timestamptz NOT NULL DEFAULT now(),
  basis text NOT NULL CHECK (btrim(basis) <> '')
);

CREATE TABLE vault (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name <> ''),
  description text NOT NULL,
  labels text[] NOT NULL CHECK (cardinality(labels) > 0)
);

-- The id is also the uuid of the file's TDF policy. Labels are those of the vault when the file was reserved.
CREATE TABLE protected_file (
  id uuid PRIMARY KEY,
  vault_id uuid NOT NULL REFERENCES vault,
  name text NOT NULL,
  labels text[] NOT NULL CHECK (cardinality(labels) > 0),
  state text NOT NULL CHECK (state IN ('reserved', 'stored')),
  sealed_bytes bigint,
  sha256 bytea CHECK (length(sha256) = 32),
  object_key text UNIQUE,
  protected_by uuid NOT NULL,
  protected_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (vault_id, name),
  CHECK ((state = 'stored') = (sealed_bytes IS NOT NULL)),
  CHECK ((state = 'stored') = (sha256 IS NOT NULL)),
  CHECK ((state = 'stored') = (object_key IS NOT NULL))
);

-- What the decision point reads.
CREATE VIEW file_label_known AS SELECT fqn, dimension, value FROM label WHERE active;
CREATE VIEW vault_labels AS SELECT id AS vault_id, labels FROM vault;
CREATE VIEW file_registered AS SELECT id AS file_id, vault_id, labels, state FROM protected_file;
