// Reading the register of classifications, under a permit whose entry is the record of the look.

import type { Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { Classification } from './classification.ts'
import type { ClassificationDependencies } from './dependencies.ts'
import { classificationById, classificationsAfter, dueRecords, lineOf, type ClassificationPage } from './store.ts'

type Deps = Pick<ClassificationDependencies, 'database'>

/** Read a page of records by number, every state. Throws Problem `refused` for a permit that does not fit. */
export async function listClassifications(
  { database }: Deps,
  permit: Permit<'classification.list'>,
  after: readonly string[] | null = null,
): Promise<ClassificationPage> {
  spendPermit(permit, 'classification.list', 'enclave')
  return await classificationsAfter(database, after)
}

/** Read one record; null for none of that id. Throws Problem `refused` as above. */
export async function findClassification(
  { database }: Deps,
  permit: Permit<'classification.list'>,
  id: Id<'classification'>,
): Promise<Classification | null> {
  spendPermit(permit, 'classification.list', 'enclave')
  return await classificationById(database, id)
}

/** How many of each are told. */
const mostDue = 500

/**
 * Read what of records in force is due: open questions, and reviews within 60 days, those that are due longest first. Due is never a
 * refusal. Throws Problem `refused` as above.
 */
export async function listDueClassifications(
  { database }: Deps,
  permit: Permit<'classification.list'>,
): Promise<{ readonly inDoubt: readonly Classification[]; readonly reviews: readonly Classification[] }> {
  spendPermit(permit, 'classification.list', 'enclave')
  return await dueRecords(database, mostDue)
}

/** Read every record of its line, the oldest first; empty for none of that id. Throws Problem `refused` as above. */
export async function readLine(
  { database }: Deps,
  permit: Permit<'classification.list'>,
  id: Id<'classification'>,
): Promise<readonly Classification[]> {
  spendPermit(permit, 'classification.list', 'enclave')
  return await lineOf(database, id)
}
