-- A proviso of an authorization may ask for a briefing on record.
CREATE OR REPLACE VIEW roster_subject AS
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
       p.person_key,
       p.acts_for_foreign_employer
         AND (SELECT s.is_on FROM roster_setting s WHERE s.name = 'foreign-employer-bars') AS acts_for_foreign_employer,
       p.briefed_on
  FROM person p;

-- The person's key is that of now: an erased one makes the past unreadable too.
DROP FUNCTION roster_subject_as_of(timestamptz);
CREATE FUNCTION roster_subject_as_of(at timestamptz)
RETURNS TABLE (person_id uuid, version integer, status text, roles text[], assignments jsonb, employer text,
               is_regular_employee boolean, has_nda boolean, sealed_ties bytea, person_key bytea,
               acts_for_foreign_employer boolean, briefed_on date)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT p.id, v.version, v.status, v.roles, v.assignments, v.employer, v.is_regular_employee, v.has_nda,
         CASE WHEN v.status = 'foreign-person' THEN v.sealed_ties END,
         p.person_key,
         v.acts_for_foreign_employer
           AND coalesce((SELECT s.is_on FROM roster_setting_past s
                          WHERE s.name = 'foreign-employer-bars' AND s.valid_from <= at
                          ORDER BY s.valid_from DESC LIMIT 1), false),
         v.briefed_on
    FROM person p
   CROSS JOIN LATERAL (SELECT * FROM person_version w
                        WHERE w.person_id = p.id AND w.valid_from <= at
                        ORDER BY w.valid_from DESC LIMIT 1) v;
END;
