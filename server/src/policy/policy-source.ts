// The texts of a policy set, and the digest that names them.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** The texts of a policy set. */
export interface PolicySource {
  readonly schemaText: string
  readonly policyText: string
}

/** Read the policy set that ships with this version. */
export async function shippedPolicies(): Promise<PolicySource> {
  const read = (name: string): Promise<string> =>
    readFile(new URL(import.meta.resolve(`@sallyport/policies/${name}`)), 'utf8')
  const [schemaText, ...texts] = await Promise.all(['schema.cedarschema', 'permits.cedar', 'limits.cedar'].map(read))
  return { schemaText: schemaText ?? '', policyText: texts.join('\n') }
}

/** The digest that names a policy set: SHA-256 over schema and policies, in hex. */
export function policyDigest({ schemaText, policyText }: PolicySource): string {
  return createHash('sha256').update(schemaText).update('\0').update(policyText).digest('hex')
}
