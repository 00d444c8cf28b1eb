-- Where notices go. It decides nothing. The form is that of `parseMailAddress`: nothing here can begin another header line.
ALTER TABLE person
  ADD COLUMN mail text CHECK (length(mail) <= 254 AND mail ~ '^[A-Za-z0-9_][A-Za-z0-9_''+&=.-]*@[a-z0-9][a-z0-9.-]*$');
ALTER TABLE person_version ADD COLUMN mail text;

CREATE OR REPLACE FUNCTION keep_person_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_version
        (person_id, version, valid_from, display_name, kind, external_id, mail, employer, is_regular_employee,
         regular_employee_basis, acts_for_foreign_employer, has_nda, nda_signed_on, briefed_on, reviewed_at, roles,
         assignments, status, basis, verified_by, verified_at, evidence_ref, sealed_ties, ended_kind, ended_by, ended_at,
         change, changed_by, approved_by, change_reason, change_entry)
  SELECT p.id, p.version,
         greatest(date_trunc('milliseconds', clock_timestamp()),
                  (SELECT max(v.valid_from) + interval '1 millisecond' FROM person_version v WHERE v.person_id = p.id)),
         p.display_name, p.kind, p.external_id, p.mail, p.employer, p.is_regular_employee, p.regular_employee_basis,
         p.acts_for_foreign_employer, p.has_nda, p.nda_signed_on, p.briefed_on, p.reviewed_at, p.roles,
         coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose)
                                    ORDER BY a.program, a.purpose)
                     FROM person_assignment a WHERE a.person_id = p.id), '[]'),
         p.status, p.basis, p.verified_by, p.verified_at, p.evidence_ref,
         CASE WHEN p.status = 'foreign-person' THEN p.sealed_ties END,
         p.ended_kind, p.ended_by, p.ended_at, p.change, p.changed_by, p.approved_by, p.change_reason, p.change_entry
    FROM person p
   WHERE p.id = NEW.id
  ON CONFLICT (person_id, version) DO NOTHING;
  RETURN NULL;
END $$;

-- What notices read of people.
CREATE VIEW roster_mail AS SELECT p.id AS person_id, p.mail FROM person p WHERE p.status = 'us-person' AND p.mail IS NOT NULL;
