-- Every version of terms that was ever in effect, kept by the database, whoever changed it.
ALTER TABLE authorization_record ADD COLUMN amended_at timestamptz;

CREATE TABLE authorization_version (
  authorization_id uuid NOT NULL REFERENCES authorization_record,
  version integer NOT NULL,
  terms jsonb NOT NULL,
  persons uuid[] NOT NULL,
  foreign_parties text[] NOT NULL,
  -- From when on; the one before it was in effect until then.
  effective_at timestamptz NOT NULL,
  PRIMARY KEY (authorization_id, version)
);
INSERT INTO authorization_version
SELECT id, CASE WHEN state = 'ended' THEN version - 1 ELSE version END, terms, persons, foreign_parties, effective_at
  FROM authorization_record WHERE effective_at IS NOT NULL;

CREATE FUNCTION keep_authorization_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authorization_version
  VALUES (NEW.id, NEW.version, NEW.terms, NEW.persons, NEW.foreign_parties, coalesce(NEW.amended_at, NEW.effective_at));
  RETURN NULL;
END $$;
CREATE TRIGGER authorization_record_kept AFTER INSERT OR UPDATE ON authorization_record
  FOR EACH ROW WHEN (NEW.state = 'effective') EXECUTE FUNCTION keep_authorization_version();

CREATE FUNCTION refuse_authorization_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'authorization_version is append-only';
END $$;
CREATE TRIGGER authorization_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authorization_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_authorization_version_change();

CREATE INDEX authorization_version_persons ON authorization_version USING gin (persons);
CREATE INDEX authorization_version_parties ON authorization_version USING gin (foreign_parties);

-- Ending one counts its version up, and changes no term of it.
CREATE OR REPLACE FUNCTION authorization_effective_as_of(at timestamptz)
RETURNS TABLE (authorization_id uuid, version integer, terms jsonb, persons uuid[], foreign_parties text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT v.authorization_id, v.version, v.terms, v.persons, v.foreign_parties
    FROM authorization_version v
    JOIN authorization_record a ON a.id = v.authorization_id
   WHERE v.effective_at <= at AND (a.ended_at IS NULL OR a.ended_at > at)
     AND NOT EXISTS (SELECT FROM authorization_version w
                      WHERE w.authorization_id = v.authorization_id AND w.version > v.version AND w.effective_at <= at);
END;
DROP INDEX authorization_record_persons_past;
DROP INDEX authorization_record_parties_past;
