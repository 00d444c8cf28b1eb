// Approving a record that somebody else registered. The second approval puts it in force, in the place of the one that it supersedes.

import {
  canonicalJson,
  classificationTerms,
  classificationText,
  Problem,
  type ClassificationTerms,
  type Id,
  type JsonObject,
} from '@sallyport/protocol'
import * as z from 'zod'
import { approve, type ApprovalKind } from '../approvals/index.ts'
import { narrowAccess } from '../policy/index.ts'
import { compareControl } from './compare-control.ts'
import type { ClassificationDependencies } from './dependencies.ts'
import { classificationEntry } from './entry.ts'
import { classificationRequest, endRecord, written } from './register-classification.ts'
import { classificationById, effectRow, lockClassification, supersedeRow } from './store.ts'
import { warningsAbout } from './usml.ts'

const id = z.uuid().transform((text) => text as Id<'classification'>)
const classificationChange = z.object({
  classification: id,
  terms: classificationTerms,
  supersedes: id.nullable(),
})

/** How requests to put a record in force are described, shown and executed. */
export function classificationApprovals(deps: ClassificationDependencies): ApprovalKind {
  return {
    role: 'officer',
    // What is no defense article is a reading of the law.
    official: (change) => isOutside(classificationChange.parse(change).terms),
    phrase: 'A classification record',
    describe: (change) => {
      const { terms } = classificationChange.parse(change)
      const place = terms.supersedes === undefined ? '' : ` in the place of ${terms.supersedes}`
      return {
        title: `put classification ${terms.number} in force${place}: ${classificationText(terms)}`,
        about: { kind: 'enclave', id: 'enclave' },
      }
    },
    details: async (change) => await details(deps, change),
    approve: async ({ tx, requestId, change, approver, role, official, decision }) => {
      const wanted = classificationChange.parse(change)
      // The older one first, as whoever registers does.
      const before = wanted.supersedes === null ? null : await lockClassification(tx, wanted.supersedes)
      const record = await lockClassification(tx, wanted.classification)
      if (record === null)
        throw new Problem('internal', 'cannot approve classification: no row, want the one registered')
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: classificationRequest,
        person: approver,
        role,
        official,
        isOutdated:
          record.state !== 'registered' ||
          (before !== null && before.state !== 'in-force' && before.state !== 'withdrawn'),
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      if (
        canonicalJson(approval.change) !==
        canonicalJson({ ...wanted, terms: record.terms, supersedes: record.supersedes })
      ) {
        throw new Problem('internal', 'cannot approve classification: it is not the one that was approved')
      }
      await effectRow(tx, record.id)
      const carried = before === null ? [] : await supersedeRow(tx, { before: before.id, by: record.id })
      const { requestedBy, approvedBy } = approval
      const entries = await deps.ledger.appendIn(tx, [
        classificationEntry('approved', await written(tx, record.id), approver, {
          supersedes: record.supersedes,
          carried: [...carried],
          requestedBy,
          approvedBy: [...approvedBy],
          request: requestId,
          decision,
        }),
      ])
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
    decline: async ({ tx, change, approver, decision, reason }, decline) => {
      const { classification } = classificationChange.parse(change)
      const record = await lockClassification(tx, classification)
      if (record?.state !== 'registered') throw new Problem('conflict', 'cannot decline: the record waits for nothing')
      await narrowAccess(tx)
      const entries = await decline()
      const why = { by: approver, decision, reason: `declined: ${reason}` }
      return [...(await endRecord(tx, deps, record, why)), ...entries]
    },
  }
}

async function details({ database }: ClassificationDependencies, change: JsonObject): Promise<JsonObject> {
  const { classification, terms, supersedes } = classificationChange.parse(change)
  const [record, before] = [
    await classificationById(database, classification),
    supersedes === null ? null : await classificationById(database, supersedes),
  ]
  const control = before === null ? null : compareControl(before.terms, terms)
  return {
    state: record?.state ?? 'gone',
    reason: record?.reason ?? '',
    terms,
    before:
      before === null
        ? null
        : { number: before.terms.number, state: before.state, says: classificationText(before.terms) },
    raises: [...(control?.raised ?? [])],
    lowers: [...(control?.lowered ?? [])],
    warnings: warningsAbout(terms).map(({ field, text }) => `${field} ${text}`),
  }
}

function isOutside({ jurisdiction }: ClassificationTerms): boolean {
  return jurisdiction === 'ear' || jurisdiction === 'neither'
}
