-- What of authorizations is told by mail: each matter to each person once, and one mail a day to each with all that is new. Neither an address
-- nor a word of the message.
CREATE TABLE due_mail (
  id uuid PRIMARY KEY,
  recipient uuid NOT NULL,
  -- In UTC.
  day date NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  -- A word of a fixed list, never what a mail server said.
  trouble text CHECK (trouble ~ '^[a-z-]{1,40}$'),
  made_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  entry_id uuid,
  UNIQUE (recipient, day),
  CHECK ((state = 'waiting') = (settled_at IS NULL)),
  CHECK ((state = 'waiting') = (entry_id IS NULL))
);
CREATE INDEX due_mail_waiting ON due_mail (next_at) WHERE state = 'waiting';
CREATE INDEX due_mail_page ON due_mail (made_at, id);

CREATE TABLE due_notice (
  recipient uuid NOT NULL,
  authorization_id uuid NOT NULL,
  -- A level that was reached or a duty that is late, with what makes it another one: `expiry 90 2027-01-01`, `overdue p-2 2026-12-31`.
  matter text NOT NULL CHECK (matter <> ''),
  kind text NOT NULL CHECK (kind IN ('expiry', 'draw-down', 'duty')),
  made_at timestamptz NOT NULL DEFAULT now(),
  -- The mail that tells it; none yet where the person had one that day.
  mail_id uuid REFERENCES due_mail,
  PRIMARY KEY (recipient, authorization_id, matter)
);
CREATE INDEX due_notice_untold ON due_notice (recipient) WHERE mail_id IS NULL;
CREATE INDEX due_notice_mail ON due_notice (mail_id);
