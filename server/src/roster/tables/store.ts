// SQL of the rows that are compared with the ledger in the place of a table's own.

/** Not its rows but what each person has of them, so that one who has none is told from one whose rows are gone. */
export const assignmentsText = `
  SELECT coalesce(p.id, a.person_id) AS person_id, coalesce(a.assignments, '[]') AS assignments
    FROM person p
    FULL JOIN (SELECT person_id, jsonb_agg(jsonb_build_object('program', program, 'purpose', purpose)
                                           ORDER BY program COLLATE "C", purpose COLLATE "C") AS assignments
                 FROM person_assignment GROUP BY person_id) a ON a.person_id = p.id`

export const textText = 'SELECT name, is_on, extract(epoch FROM valid_from)::text AS since FROM roster_setting_past'
