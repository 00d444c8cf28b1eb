// SQL of the rows that are compared with the ledger in the place of a table's own.

export const policySetText = `SELECT digest, activated_at, in_force,
                      encode(sha256(convert_to(schema_text, 'UTF8') || '\\x00'::bytea || convert_to(policy_text, 'UTF8')), 'hex') AS texts
                 FROM policy_set`

export const policySetPastText = 'SELECT extract(epoch FROM valid_from)::text AS since, digest FROM policy_set_past'
