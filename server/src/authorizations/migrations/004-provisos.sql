-- Exact words that somebody acknowledged. Other words are to be acknowledged anew.
CREATE TABLE proviso_acknowledgment (
  person_id uuid NOT NULL,
  authorization_id uuid NOT NULL REFERENCES authorization_record,
  proviso text NOT NULL,
  -- Over the text in UTF-8, hex.
  text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
  acknowledged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (person_id, authorization_id, proviso, text_sha256)
);

CREATE FUNCTION refuse_proviso_acknowledgment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'proviso_acknowledgment is append-only';
END $$;
CREATE TRIGGER proviso_acknowledgment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON proviso_acknowledgment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_proviso_acknowledgment_change();

-- What decisions read.
CREATE VIEW proviso_acknowledged AS
SELECT person_id, authorization_id, proviso, text_sha256 FROM proviso_acknowledgment;

CREATE FUNCTION proviso_acknowledged_as_of(at timestamptz)
RETURNS TABLE (person_id uuid, authorization_id uuid, proviso text, text_sha256 text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT k.person_id, k.authorization_id, k.proviso, k.text_sha256
    FROM proviso_acknowledgment k
   WHERE k.acknowledged_at <= at;
END;

-- Countries of 22 CFR 126.18(d) by date, as proscribed_country is kept.
CREATE TABLE employee_country (
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  list text NOT NULL CHECK (list IN ('nato', 'eu', 'named')),
  valid_from date,
  valid_until date,
  source text NOT NULL,
  sureness text NOT NULL CHECK (sureness IN ('yes', 'partly', 'no')),
  CHECK (valid_until > valid_from)
);

CREATE FUNCTION employee_country_on(at timestamptz) RETURNS TABLE (country text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT DISTINCT e.country
    FROM employee_country e
   WHERE daterange(e.valid_from, e.valid_until) @> (at AT TIME ZONE 'America/New_York')::date;
END;
