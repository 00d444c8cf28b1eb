-- The founding ceremony of a real enclave, which outlives the processes that take part in it: one row from the moment that
-- somebody began it, and it stays as the record of what the enclave is named by. A sample has none.
CREATE TABLE ceremony (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  enclave_name text NOT NULL CHECK (btrim(enclave_name) <> ''),
  namespace text NOT NULL CHECK (namespace ~ '^[a-z0-9.-]{1,253}$'),
  ledger_origin text NOT NULL CHECK (ledger_origin <> ''),
  begun_at timestamptz NOT NULL DEFAULT now()
);
