-- Which policy set was in force since when. Of the time before this was kept, only the one in force now is known.
CREATE TABLE policy_set_past (
  digest text NOT NULL REFERENCES policy_set,
  valid_from timestamptz NOT NULL PRIMARY KEY
);
INSERT INTO policy_set_past SELECT digest, activated_at FROM policy_set WHERE in_force;

CREATE FUNCTION keep_policy_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO policy_set_past VALUES (NEW.digest, clock_timestamp());
  RETURN NULL;
END $$;
CREATE TRIGGER policy_set_kept AFTER INSERT OR UPDATE ON policy_set
  FOR EACH ROW WHEN (NEW.in_force) EXECUTE FUNCTION keep_policy_set();

CREATE FUNCTION refuse_policy_set_past_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'policy_set_past is append-only';
END $$;
CREATE TRIGGER policy_set_past_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_set_past
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_policy_set_past_change();
