// SQL of the rows that are compared with the ledger in the place of a table's own.

export const valueText = `SELECT id, vault_id, name, labels, state, sealed_bytes, sha256, protected_by, protected_at, deleted_at,
                      CASE WHEN state = 'stored' THEN coalesce(object_key, '') ELSE object_key END AS object_key
                 FROM protected_file`
