-- What shows that duties were done. Taking that back is a record of its own: none is ever changed.
CREATE TABLE authorization_duty_record (
  id uuid PRIMARY KEY,
  authorization_id uuid NOT NULL REFERENCES authorization_record,
  -- Id of the proviso, or what the regulations ask for.
  duty text NOT NULL CHECK (duty ~ '^(law\.)?[a-z0-9][a-z0-9-]{0,62}$'),
  -- The day on which this time of it was due; empty for a duty of one time.
  occurrence text NOT NULL CHECK (occurrence ~ '^(\d{4}-\d\d-\d\d)?$'),
  place integer NOT NULL CHECK (place > 0),
  outcome text NOT NULL CHECK (outcome IN ('done', 'reopened')),
  evidence_kind text NOT NULL CHECK (evidence_kind IN ('filing', 'file', 'reason')),
  -- The filing's reference, the file's id, or the reason.
  evidence text NOT NULL CHECK (evidence <> ''),
  filed_on date,
  file_sha256 text CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
  -- Of an agreement: what became of it, and when.
  conclusion text CHECK (conclusion IN ('concluded', 'given-up')),
  concluded_on date,
  recorded_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (authorization_id, duty, occurrence, place),
  -- Done, reopened, done.
  CHECK ((outcome = 'done') = (place % 2 = 1)),
  CHECK (outcome = 'done' OR evidence_kind = 'reason'),
  CHECK ((evidence_kind = 'filing') = (filed_on IS NOT NULL)),
  CHECK ((evidence_kind = 'file') = (file_sha256 IS NOT NULL)),
  CHECK ((conclusion IS NULL) = (concluded_on IS NULL)),
  CHECK (conclusion IS NULL OR (duty = 'law.concluded' AND outcome = 'done'))
);

CREATE FUNCTION refuse_authorization_duty_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'authorization_duty_record is append-only';
END $$;
CREATE TRIGGER authorization_duty_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authorization_duty_record
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_authorization_duty_record_change();

-- Whose duties they are.
CREATE INDEX authorization_record_owners ON authorization_record
 USING gin (jsonb_path_query_array(terms, '$.provisos[*].ownerId'));
