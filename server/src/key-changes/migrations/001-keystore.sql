-- One row, which moves with every change of the keystore: a process that knows an older number reads the keystore again. Whoever
-- seals something under a key holds the row until that is durable.
CREATE TABLE keystore_generation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  generation bigint NOT NULL
);
INSERT INTO keystore_generation (generation) VALUES (1);

-- What was approved since the founding about keys of the keystore, which follows it. A key that is in use is the latest of
-- its door and algorithm.
CREATE TABLE keystore_key (
  kid text PRIMARY KEY,
  door text NOT NULL,
  algorithm text NOT NULL,
  state text NOT NULL CHECK (state IN ('in-use', 'old', 'destroyed')),
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX keystore_key_in_use ON keystore_key (door, algorithm) WHERE state = 'in-use';
