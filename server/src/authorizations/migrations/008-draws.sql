-- What was drawn against the lines of an authorization. A correction is a row of its own, which takes one back.
CREATE TABLE authorization_draw (
  id uuid PRIMARY KEY,
  authorization_id uuid NOT NULL REFERENCES authorization_record,
  line text NOT NULL,
  -- From 1 on, without gaps: two that drew from the same balance are two rows of one key.
  place integer NOT NULL CHECK (place > 0),
  quantity bigint NOT NULL,
  value_cents bigint NOT NULL,
  -- Of the line, with this one.
  drawn_quantity bigint NOT NULL,
  drawn_cents bigint NOT NULL,
  -- As they were then.
  most_quantity bigint NOT NULL,
  most_cents bigint NOT NULL,
  reference text NOT NULL,
  corrects uuid UNIQUE REFERENCES authorization_draw,
  reason text,
  drawn_by uuid NOT NULL,
  drawn_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (authorization_id, line, place),
  CHECK (drawn_quantity >= 0 AND drawn_cents >= 0),
  CHECK (corrects IS NOT NULL OR (drawn_quantity <= most_quantity AND drawn_cents <= most_cents)),
  CHECK ((corrects IS NULL AND quantity >= 0 AND value_cents >= 0 AND quantity + value_cents > 0)
      OR (corrects IS NOT NULL AND quantity <= 0 AND value_cents <= 0)),
  CHECK ((corrects IS NULL) = (reason IS NULL))
);

-- The balance follows from the row before, whoever writes it.
CREATE FUNCTION check_authorization_draw() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before authorization_draw;
BEGIN
  SELECT * INTO before FROM authorization_draw d
   WHERE d.authorization_id = NEW.authorization_id AND d.line = NEW.line ORDER BY d.place DESC LIMIT 1;
  IF NEW.place <> coalesce(before.place, 0) + 1
     OR NEW.drawn_quantity <> coalesce(before.drawn_quantity, 0) + NEW.quantity
     OR NEW.drawn_cents <> coalesce(before.drawn_cents, 0) + NEW.value_cents THEN
    RAISE EXCEPTION 'the balance of line % does not follow from the draw before', NEW.line;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER authorization_draw_checked BEFORE INSERT ON authorization_draw
  FOR EACH ROW EXECUTE FUNCTION check_authorization_draw();

CREATE FUNCTION refuse_authorization_draw_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'authorization_draw is append-only';
END $$;
CREATE TRIGGER authorization_draw_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authorization_draw
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_authorization_draw_change();

-- When everything that a license allows was drawn: it covers no longer from then on (22 CFR 123.21).
ALTER TABLE authorization_record ADD COLUMN exhausted_at timestamptz;

-- A version is kept when there is another, and not when one is used up.
DROP TRIGGER authorization_record_kept ON authorization_record;
CREATE TRIGGER authorization_record_kept AFTER INSERT OR UPDATE OF state, version, terms ON authorization_record
  FOR EACH ROW WHEN (NEW.state = 'effective') EXECUTE FUNCTION keep_authorization_version();

-- Terms as they hold: those of a license that is used up end when it was.
CREATE FUNCTION authorization_terms_until(terms jsonb, until timestamptz) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_set(terms, '{validUntil}', to_jsonb(to_char(least(until, (terms ->> 'validUntil')::timestamptz) AT TIME ZONE 'UTC',
                                                         'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));

CREATE OR REPLACE VIEW authorization_effective AS
SELECT id AS authorization_id, version,
       CASE WHEN exhausted_at IS NULL THEN terms ELSE authorization_terms_until(terms, exhausted_at) END AS terms,
       valid_from, valid_until, persons, foreign_parties
  FROM authorization_record
 WHERE state = 'effective';

CREATE OR REPLACE FUNCTION authorization_effective_as_of(at timestamptz)
RETURNS TABLE (authorization_id uuid, version integer, terms jsonb, persons uuid[], foreign_parties text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT v.authorization_id, v.version,
         CASE WHEN a.exhausted_at <= at THEN authorization_terms_until(v.terms, a.exhausted_at) ELSE v.terms END, v.persons,
         v.foreign_parties
    FROM authorization_version v
    JOIN authorization_record a ON a.id = v.authorization_id
   WHERE v.effective_at <= at AND (a.ended_at IS NULL OR a.ended_at > at)
     AND NOT EXISTS (SELECT FROM authorization_version w
                      WHERE w.authorization_id = v.authorization_id AND w.version > v.version AND w.effective_at <= at);
END;
