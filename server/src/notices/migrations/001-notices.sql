-- What is told by mail about requests for approval: one row for each request, event and recipient, whoever finds the reason first.
-- Neither an address nor a word of the message: both are made when it is sent.
CREATE TABLE notice (
  request_id uuid NOT NULL,
  event text NOT NULL CHECK (event IN ('asked', 'expiring', 'executed', 'expired', 'outdated', 'withdrawn')),
  recipient uuid NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
  -- Counted up when a process takes it to send it: what it does after another took it counts for nothing.
  attempts integer NOT NULL DEFAULT 0,
  -- Nobody takes it before.
  next_at timestamptz NOT NULL DEFAULT now(),
  -- A word of a fixed list, never what a mail server said.
  trouble text CHECK (trouble ~ '^[a-z-]{1,40}$'),
  made_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  entry_id uuid,
  PRIMARY KEY (request_id, event, recipient),
  CHECK ((state = 'waiting') = (settled_at IS NULL)),
  CHECK ((state = 'waiting') = (entry_id IS NULL))
);
CREATE INDEX notice_due ON notice (next_at) WHERE state = 'waiting';
CREATE INDEX notice_made ON notice (made_at);
