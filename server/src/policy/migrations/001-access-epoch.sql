-- One row. Every change that can end or narrow access increments it in its own transaction.
CREATE TABLE access_epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch bigint NOT NULL
);
INSERT INTO access_epoch (epoch) VALUES (1);

-- Policy sets that were ever in force; at most one is now.
CREATE TABLE policy_set (
  digest text PRIMARY KEY,
  schema_text text NOT NULL,
  policy_text text NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT now(),
  in_force boolean NOT NULL
);
CREATE UNIQUE INDEX policy_set_in_force ON policy_set (in_force) WHERE in_force;
