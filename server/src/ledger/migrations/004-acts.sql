-- What calls did that whoever called gave a key, so that they are done once however often they are sent. Written in the transaction of
-- what they did, and kept for a day.
CREATE TABLE ledger_act (
  -- Of who calls and their key.
  key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  -- Of what they asked.
  request bytea NOT NULL CHECK (octet_length(request) = 32),
  -- The attempt that did it.
  run uuid NOT NULL,
  entries jsonb NOT NULL,
  -- Sealed by the gate; null until it was answered, and where the answer is not kept.
  answer text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_act_at ON ledger_act (at);
