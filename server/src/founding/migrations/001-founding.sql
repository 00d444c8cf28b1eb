-- The founding of a real enclave while it lasts, and the record of it afterwards. `opened_at` is null until keys, ledger,
-- legal data and policies are there.
CREATE TABLE founding (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Digest of the founders file; going on after an interruption takes the same one.
  digest text NOT NULL,
  absence_rule text NOT NULL CHECK (btrim(absence_rule) <> ''),
  opened_at timestamptz
);

-- Founders are on no roster until the ceremony is closed. Their ids are those that they will have there.
CREATE TABLE founder (
  id uuid PRIMARY KEY,
  display_name text NOT NULL CHECK (display_name <> ''),
  name_key text NOT NULL UNIQUE,
  basis text NOT NULL,
  evidence_ref text NOT NULL,
  role text NOT NULL CHECK (role IN ('officer', 'administrator')),
  -- The person's own key, wrapped. Null until the keystore is there.
  person_key bytea,
  -- SHA-256 of the enrollment code; stays when it was used, so that a second use is told from a wrong code.
  code_digest bytea UNIQUE CHECK (length(code_digest) = 32),
  code_until timestamptz,
  issuer text,
  subject text,
  enrolled_at timestamptz,
  UNIQUE (issuer, subject),
  CHECK ((issuer IS NULL) = (subject IS NULL)),
  CHECK ((issuer IS NULL) = (enrolled_at IS NULL)),
  CHECK ((code_digest IS NULL) = (code_until IS NULL))
);

CREATE TABLE founder_attestation (
  about uuid NOT NULL REFERENCES founder,
  by uuid NOT NULL REFERENCES founder,
  attested_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (about, by),
  CHECK (about <> by)
);

-- Wrong codes by identity, since codes were last issued.
CREATE TABLE founding_wrong_code (
  issuer text NOT NULL,
  subject text NOT NULL,
  tries integer NOT NULL,
  PRIMARY KEY (issuer, subject)
);
