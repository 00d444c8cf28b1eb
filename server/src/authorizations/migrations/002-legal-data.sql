-- Legal data that was ever loaded; the newest counts. Its rows are replaced as a whole.
CREATE TABLE legal_data (
  digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
  as_of date NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  in_force boolean NOT NULL
);
CREATE UNIQUE INDEX legal_data_in_force ON legal_data (in_force) WHERE in_force;

-- 22 CFR 126.1 by date: in force from valid_from on, no longer on valid_until. No start: longer than this data knows.
CREATE TABLE proscribed_country (
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  list text NOT NULL CHECK (list IN ('d1', 'd2')),
  paragraph text NOT NULL,
  valid_from date,
  valid_until date,
  source text NOT NULL,
  sureness text NOT NULL CHECK (sureness IN ('yes', 'partly', 'no')),
  CHECK (valid_until > valid_from)
);

-- The list that holds at an instant. The day is Washington's, where the Federal Register's dates are.
CREATE FUNCTION proscribed_country_on(at timestamptz)
RETURNS TABLE (country text, list text, paragraph text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT p.country, p.list, p.paragraph
    FROM proscribed_country p
   WHERE daterange(p.valid_from, p.valid_until) @> (at AT TIME ZONE 'America/New_York')::date;
END;
