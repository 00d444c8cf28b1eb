// Puts a policy set in force by the table alone, past every check, as somebody could who owns the database.

import type { Database } from '../../server/src/base/index.ts'
import { policyDigest, shippedPolicies } from '../../server/src/policy/index.ts'

/** Returns what puts back the set that was in force. */
export async function forceInForce(database: Database, policyText: string): Promise<() => Promise<void>> {
  const { schemaText } = await shippedPolicies()
  const digest = policyDigest({ schemaText, policyText })
  const before = await database.query('SELECT digest FROM policy_set WHERE in_force')
  const use = (wanted: unknown) =>
    database.transaction(async (tx) => {
      await tx.query('UPDATE policy_set SET in_force = false WHERE in_force')
      await tx.query('UPDATE policy_set SET in_force = true WHERE digest = $1', [wanted])
    })
  await database.query(
    'INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ($1, $2, $3, false)',
    [digest, schemaText, policyText],
  )
  await use(digest)
  return () => use(before[0]?.['digest'])
}
