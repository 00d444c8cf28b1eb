// The legal data in force as text, to be shown beside decisions that were taken under it.

import { readFile } from 'node:fs/promises'
import { canonicalJson, type Json } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { legalData, legalDataDigest, shippedLegalData } from './legal-data.ts'
import { legalDataContent, readLegalData } from './store.ts'

export interface LegalDataInForce {
  /** As the ledger names it. */
  readonly digest: string
  readonly asOf: string
  /** Canonical JSON: the whole, whose SHA-256 the digest is, or the rows alone. */
  readonly text: string
  readonly isWhole: boolean
}

/**
 * Read the legal data in force; null where none was loaded. The database keeps its rows. The whole is at hand where it was
 * kept, or is what ships with this version. It is public law, so that no permit is asked for.
 */
export async function legalDataInForce(database: Sql): Promise<LegalDataInForce | null> {
  const kept = await readLegalData(database)
  if (kept === null) return null
  const { digest, asOf, rows, employeeRows, exemptions, validity } = kept
  const content = await legalDataContent(database, digest)
  if (content !== null) return { digest, asOf, text: content, isWhole: true }
  const shipped = legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8')))
  if (legalDataDigest(shipped) === digest) return { digest, asOf, text: canonicalJson(shipped), isWhole: true }
  const parts = { proscribedCountries: rows as readonly Json[], employeeCountries: employeeRows as readonly Json[] }
  const more = {
    ...(exemptions === null ? {} : { exemptions: exemptions as Json }),
    ...(validity === null ? {} : { validity: validity as Json }),
  }
  return { digest, asOf, text: canonicalJson({ asOf, ...parts, ...more }), isWhole: false }
}
