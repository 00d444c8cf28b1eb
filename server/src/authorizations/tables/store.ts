// SQL of the rows that are compared with the ledger in the place of a table's own.

export const proscribedCountryText = `SELECT 'all' AS part,
                      coalesce(string_agg(jsonb_build_array(country, list, paragraph, valid_from, valid_until, source, sureness)::text,
                                          E'\\n' ORDER BY country COLLATE "C", list COLLATE "C", valid_from NULLS FIRST, valid_until), '') AS rows
                 FROM proscribed_country`

export const employeeCountryText = `SELECT 'all' AS part,
                      coalesce(string_agg(jsonb_build_array(country, list, valid_from, valid_until, source, sureness)::text,
                                          E'\\n' ORDER BY country COLLATE "C", list COLLATE "C", valid_from NULLS FIRST, valid_until), '') AS rows
                 FROM employee_country`
