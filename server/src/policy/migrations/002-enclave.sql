-- One row once the enclave is founded; none before.
CREATE TABLE enclave (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name text NOT NULL CHECK (name <> ''),
  kind text NOT NULL CHECK (kind IN ('sample', 'real')),
  founded_at timestamptz NOT NULL DEFAULT now()
);
