-- Which person an identity provider's subject is. A person may have several; a subject is one person.
CREATE TABLE identity_binding (
  issuer text NOT NULL CHECK (issuer <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  person_id uuid NOT NULL,
  bound_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_binding_person ON identity_binding (person_id);

-- What the decision point reads.
CREATE VIEW identity_person AS SELECT issuer, subject, person_id FROM identity_binding;
