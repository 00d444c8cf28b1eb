-- What was decided about an article or its data: on which list it is, on which basis, by whom. A record is never edited; another one
-- takes its place.
CREATE TABLE classification_record (
  id uuid PRIMARY KEY,
  number text NOT NULL CHECK (number ~ '^[A-Z0-9][A-Z0-9./-]{0,59}$'),
  state text NOT NULL CHECK (state IN ('registered', 'in-force', 'superseded', 'withdrawn')),
  terms jsonb NOT NULL,
  -- Taken out of the terms for look-up; the terms are what counts.
  jurisdiction text NOT NULL CHECK (jurisdiction IN ('itar', 'ear', 'neither', 'unknown')),
  items text[] NOT NULL,
  is_in_doubt boolean NOT NULL,
  next_review date NOT NULL,
  -- In whose place it comes, or asks to.
  supersedes uuid REFERENCES classification_record CHECK (supersedes <> id),
  reason text NOT NULL CHECK (btrim(reason) <> ''),
  -- Null when it came in at founding.
  registered_by uuid,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null where it took effect at once.
  request_id uuid,
  effective_at timestamptz,
  ended_at timestamptz,
  superseded_by uuid REFERENCES classification_record,
  withdrawn_by uuid,
  withdrawn_reason text,
  -- The last record of the line of those that came in each other's place from this one on; itself where none did.
  head uuid REFERENCES classification_record,
  CHECK (state NOT IN ('in-force', 'superseded') OR effective_at IS NOT NULL),
  CHECK (state <> 'registered' OR (effective_at IS NULL AND request_id IS NOT NULL)),
  CHECK ((state IN ('superseded', 'withdrawn')) = (ended_at IS NOT NULL)),
  CHECK ((state = 'superseded') = (superseded_by IS NOT NULL)),
  CHECK ((withdrawn_by IS NULL) = (withdrawn_reason IS NULL)),
  CHECK (state <> 'withdrawn' OR withdrawn_by IS NOT NULL),
  CHECK ((effective_at IS NULL) = (head IS NULL))
);
-- A number that took effect is never given again.
CREATE UNIQUE INDEX classification_record_number ON classification_record (number)
  WHERE state = 'registered' OR effective_at IS NOT NULL;
-- In the place of one record comes one other, once.
CREATE UNIQUE INDEX classification_record_successor ON classification_record (supersedes)
  WHERE state = 'registered' OR effective_at IS NOT NULL;
CREATE INDEX classification_record_page ON classification_record (number, id);
CREATE INDEX classification_record_head ON classification_record (head);
CREATE INDEX classification_record_due ON classification_record (next_review, id) WHERE state = 'in-force';
CREATE INDEX classification_record_doubt ON classification_record (id) WHERE state = 'in-force' AND is_in_doubt;

-- INVARIANT: what a record says is never changed, and its life goes one way.
CREATE FUNCTION keep_classification_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'classification records are kept';
  END IF;
  IF to_jsonb(NEW) - '{state,effective_at,ended_at,superseded_by,withdrawn_by,withdrawn_reason,head}'::text[]
     <> to_jsonb(OLD) - '{state,effective_at,ended_at,superseded_by,withdrawn_by,withdrawn_reason,head}'::text[]
     OR OLD.effective_at IS DISTINCT FROM NEW.effective_at AND OLD.effective_at IS NOT NULL
     OR OLD.ended_at IS DISTINCT FROM NEW.ended_at AND OLD.ended_at IS NOT NULL
     OR OLD.superseded_by IS DISTINCT FROM NEW.superseded_by AND OLD.superseded_by IS NOT NULL
     OR NOT (OLD.state = NEW.state OR OLD.state = 'registered' AND NEW.state IN ('in-force', 'withdrawn')
             OR OLD.state = 'in-force' AND NEW.state IN ('superseded', 'withdrawn')
             OR OLD.state = 'withdrawn' AND NEW.state = 'superseded' AND OLD.effective_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a classification record is not edited';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER classification_record_kept BEFORE UPDATE OR DELETE ON classification_record
  FOR EACH ROW EXECUTE FUNCTION keep_classification_record();
CREATE TRIGGER classification_record_all_kept BEFORE TRUNCATE ON classification_record
  FOR EACH STATEMENT EXECUTE FUNCTION keep_classification_record();

-- What holds of each record: the one at the end of its line, while that is in force. Nothing where it was withdrawn.
CREATE VIEW classification_holding AS
SELECT r.id AS record_id, h.id AS holding_id, h.jurisdiction, h.items
  FROM classification_record r JOIN classification_record h ON h.id = r.head AND h.state = 'in-force';

-- The same of one record at a moment of the past.
CREATE FUNCTION classification_holding_as_of(record uuid, at timestamptz)
RETURNS TABLE (holding_id uuid, jurisdiction text, items text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH RECURSIVE line (id) AS (
    SELECT r.id FROM classification_record r WHERE r.id = record AND r.effective_at <= at
    UNION ALL
    SELECT n.id
      FROM line l JOIN classification_record c ON c.id = l.id JOIN classification_record n ON n.id = c.superseded_by
     WHERE n.effective_at <= at
  )
  SELECT c.id, c.jurisdiction, c.items
    FROM line l JOIN classification_record c ON c.id = l.id
   WHERE c.ended_at IS NULL OR c.ended_at > at;
END;
