-- An exact change that waits for people other than who asked for it and whom it is about.
CREATE TABLE approval_request (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind <> ''),
  subject jsonb NOT NULL,
  -- SHA-256 of the subject's canonical JSON, hex.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  requested_by uuid NOT NULL,
  needed integer NOT NULL CHECK (needed > 0),
  excluded uuid[] NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL CHECK (expires_at > requested_at),
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'executed', 'withdrawn', 'expired')),
  closed_at timestamptz,
  CHECK ((state = 'pending') = (closed_at IS NULL))
);

CREATE TABLE approval (
  request_id uuid NOT NULL REFERENCES approval_request,
  person_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, person_id)
);

-- How far each request has come, for whoever shows it beside its subject.
CREATE VIEW approval_progress AS
SELECT r.id AS request_id,
       r.state,
       r.needed,
       (SELECT count(*)::integer FROM approval a WHERE a.request_id = r.id) AS approved,
       r.expires_at
  FROM approval_request r;
