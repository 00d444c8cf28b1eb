-- What the decision point reads about a moment of the past. Rules of which only the present was kept begin with that.
CREATE TABLE roster_setting_past (
  name text NOT NULL REFERENCES roster_setting,
  is_on boolean NOT NULL,
  valid_from timestamptz NOT NULL,
  PRIMARY KEY (name, valid_from)
);
INSERT INTO roster_setting_past SELECT name, is_on, set_at FROM roster_setting;

CREATE FUNCTION keep_roster_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO roster_setting_past VALUES (NEW.name, NEW.is_on, clock_timestamp());
  RETURN NULL;
END $$;
CREATE TRIGGER roster_setting_kept AFTER INSERT OR UPDATE ON roster_setting
  FOR EACH ROW EXECUTE FUNCTION keep_roster_setting();

CREATE FUNCTION refuse_roster_setting_past_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'roster_setting_past is append-only';
END $$;
CREATE TRIGGER roster_setting_past_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON roster_setting_past
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_roster_setting_past_change();

-- The person's key is that of now: an erased one makes the past unreadable too.
CREATE FUNCTION roster_subject_as_of(at timestamptz)
RETURNS TABLE (person_id uuid, version integer, status text, roles text[], assignments jsonb, employer text,
               is_regular_employee boolean, has_nda boolean, sealed_ties bytea, person_key bytea,
               acts_for_foreign_employer boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT p.id, v.version, v.status, v.roles, v.assignments, v.employer, v.is_regular_employee, v.has_nda,
         CASE WHEN v.status = 'foreign-person' THEN v.sealed_ties END,
         p.person_key,
         v.acts_for_foreign_employer
           AND coalesce((SELECT s.is_on FROM roster_setting_past s
                          WHERE s.name = 'foreign-employer-bars' AND s.valid_from <= at
                          ORDER BY s.valid_from DESC LIMIT 1), false)
    FROM person p
   CROSS JOIN LATERAL (SELECT * FROM person_version w
                        WHERE w.person_id = p.id AND w.valid_from <= at
                        ORDER BY w.valid_from DESC LIMIT 1) v;
END;
