// The exemptions that hold now: those of the legal data in force. An enclave that was founded before they were kept has the data that
// ships with this version.

import { readFile } from 'node:fs/promises'
import type { Sql } from '../../base/index.ts'
import { legalData, shippedLegalData } from '../legal-data.ts'
import { readExemptionLaw } from '../store.ts'
import type { ExemptionLaw } from './check-exemption.ts'
import { exemptionRules } from './rule.ts'

/** Read what exemptions ask for today, by the database's clock. */
export async function exemptionLawInForce(sql: Sql): Promise<ExemptionLaw> {
  const { exemptions, ...days } = await readExemptionLaw(sql)
  return { rules: exemptions === null ? await shipped() : exemptionRules.parse(exemptions), ...days }
}

async function shipped() {
  const { exemptions } = legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8')))
  if (exemptions === undefined) throw new Error('the legal data that ships lists no exemptions')
  return exemptions
}
