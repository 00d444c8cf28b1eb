-- People. What is not here is as deliberate as what is: no document, birthplace, passport or alien number, and for a U.S.
-- person no country at all (8 U.S.C. 1324b; 22 CFR 120.62).
CREATE TABLE person (
  id uuid PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  display_name text NOT NULL CHECK (display_name <> ''),
  employer text CHECK (employer ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  is_regular_employee boolean NOT NULL,
  has_nda boolean NOT NULL,
  roles text[] NOT NULL CHECK (roles <@ ARRAY['engineer', 'officer', 'administrator', 'auditor']),
  status text NOT NULL CHECK (status IN ('unverified', 'us-person', 'foreign-person', 'ended')),
  -- Kept when the person is ended, as part of the record.
  basis text CHECK (basis IN ('citizen', 'national', 'lpr', 'temporary-resident-1160a', 'temporary-resident-1255a',
                              'refugee', 'asylee')),
  -- Not a foreign key: founders attest for each other, so that the first of them comes before who verified them.
  verified_by uuid,
  verified_at timestamptz,
  -- Where the evidence is, never the evidence.
  evidence_ref text,
  -- Country ties, sealed under the person's own key.
  sealed_ties bytea,
  -- The person's own key, wrapped. Erasing it makes every sealed field about them unreadable, in the ledger too.
  person_key bytea NOT NULL,
  ended_kind text CHECK (ended_kind IN ('left', 'status-ended')),
  ended_by uuid,
  ended_at timestamptz,
  -- Sealed under the person's own key.
  ended_reason bytea,
  CHECK (verified_by <> id),
  CHECK ((verified_at IS NULL) = (evidence_ref IS NULL)),
  CHECK (verified_at IS NOT NULL OR verified_by IS NULL),
  CHECK (basis IS NULL OR sealed_ties IS NULL),
  CHECK (status <> 'unverified' OR (basis IS NULL AND sealed_ties IS NULL AND verified_at IS NULL)),
  CHECK (status <> 'us-person' OR (basis IS NOT NULL AND sealed_ties IS NULL AND verified_at IS NOT NULL)),
  CHECK (status <> 'foreign-person' OR (basis IS NULL AND verified_at IS NOT NULL)),
  CHECK ((status = 'ended') = (ended_at IS NOT NULL)),
  CHECK ((status = 'ended') = (ended_kind IS NOT NULL)),
  CHECK ((status = 'ended') = (ended_reason IS NOT NULL)),
  CHECK (ended_by IS NULL OR status = 'ended')
);

CREATE TABLE person_assignment (
  person_id uuid NOT NULL REFERENCES person,
  program text NOT NULL CHECK (program ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  purpose text NOT NULL CHECK (purpose ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  PRIMARY KEY (person_id, program, purpose)
);

-- What decisions read. Ties leave the roster only for somebody who is a foreign person now.
CREATE VIEW roster_subject AS
SELECT p.id AS person_id,
       p.version,
       p.status,
       p.roles,
       coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose)
                                  ORDER BY a.program, a.purpose)
                   FROM person_assignment a WHERE a.person_id = p.id), '[]') AS assignments,
       p.employer,
       p.is_regular_employee,
       p.has_nda,
       CASE WHEN p.status = 'foreign-person' THEN p.sealed_ties END AS sealed_ties,
       p.person_key
  FROM person p;
