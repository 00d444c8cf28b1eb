-- What somebody asked for after a refusal, and what became of it.
CREATE TABLE person_request (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  -- The refusal.
  decision_id uuid NOT NULL,
  action text NOT NULL,
  about_kind text NOT NULL,
  about_id text NOT NULL,
  -- Roles that can put it right, by the reasons of the refusal.
  roles text[] NOT NULL CHECK (roles <> '{}' AND roles <@ ARRAY['officer', 'administrator']),
  text text NOT NULL CHECK (text <> ''),
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'declined', 'withdrawn')),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  answered_by uuid,
  answered_at timestamptz,
  answer text,
  CHECK ((state IN ('done', 'declined')) = (answered_by IS NOT NULL AND answered_at IS NOT NULL AND answer IS NOT NULL))
);
CREATE UNIQUE INDEX person_request_once ON person_request (decision_id) WHERE state = 'waiting';
CREATE INDEX person_request_own ON person_request (person_id, id DESC);
CREATE INDEX person_request_waiting ON person_request (id) WHERE state = 'waiting';
