-- How long records of releases to U.S. persons are kept at least, in years: the organization's own rule, which only ever grows.
CREATE TABLE retention_rule (
  name text PRIMARY KEY CHECK (name = 'us-person-releases'),
  years integer NOT NULL CHECK (years BETWEEN 5 AND 100),
  -- Null while it is as it shipped.
  set_by uuid,
  set_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL
);
INSERT INTO retention_rule (name, years, reason) VALUES ('us-person-releases', 5, 'as long as records of the other releases');

CREATE FUNCTION refuse_shorter_retention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'a retention rule is not removed';
  ELSIF NEW.years <= OLD.years OR NEW.name <> OLD.name THEN
    RAISE EXCEPTION 'a retention rule only grows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER retention_rule_grows BEFORE UPDATE OR DELETE ON retention_rule FOR EACH ROW EXECUTE FUNCTION refuse_shorter_retention();
CREATE TRIGGER retention_rule_stays BEFORE TRUNCATE ON retention_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_shorter_retention();
