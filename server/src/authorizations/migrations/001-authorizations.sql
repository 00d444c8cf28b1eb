CREATE TABLE authorization_record (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  state text NOT NULL CHECK (state IN ('registered', 'effective', 'ended')),
  number text NOT NULL,
  terms jsonb NOT NULL,
  -- Taken out of the terms for look-up; the terms are what counts.
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
  persons uuid[] NOT NULL,
  foreign_parties text[] NOT NULL,
  -- Null when it came in at founding.
  registered_by uuid,
  registered_at timestamptz NOT NULL DEFAULT now(),
  request_id uuid,
  effective_at timestamptz,
  ended_by uuid,
  ended_at timestamptz,
  end_reason text,
  CHECK ((registered_by IS NULL) = (request_id IS NULL)),
  CHECK (state <> 'registered' OR (effective_at IS NULL AND request_id IS NOT NULL)),
  CHECK (state <> 'effective' OR effective_at IS NOT NULL),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL AND ended_by IS NOT NULL AND end_reason IS NOT NULL)),
  -- Nobody registers an authorization that names them.
  CHECK (registered_by <> ALL (persons))
);
CREATE UNIQUE INDEX authorization_record_number ON authorization_record (number) WHERE state <> 'ended';
CREATE INDEX authorization_record_persons ON authorization_record USING gin (persons) WHERE state = 'effective';
CREATE INDEX authorization_record_parties ON authorization_record USING gin (foreign_parties) WHERE state = 'effective';

-- What decisions read: approved and not ended. Whether the dates hold is part of coverage.
CREATE VIEW authorization_effective AS
SELECT id AS authorization_id, version, terms, valid_from, valid_until, persons, foreign_parties
  FROM authorization_record
 WHERE state = 'effective';
