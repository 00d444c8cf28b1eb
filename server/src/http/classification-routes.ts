// Routes of the register of classifications.

import { classificationText, parseId, Problem, type Id } from '@sallyport/protocol'
import {
  pageQuery,
  registerClassification as registerBody,
  withdrawClassification as withdrawBody,
  type ClassificationView,
} from '@sallyport/protocol/api'
import {
  findClassification,
  listClassifications,
  listDueClassifications,
  readLine,
  readUsmlData,
  registerClassification,
  withdrawClassification,
  type Classification,
} from '../classifications/index.ts'
import { findCarriers } from '../files/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const classificationRoutes = {
  async classifications(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const from = after === undefined ? null : await gate.cursors.open('classifications', after)
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' })
    const { classifications, last } = await listClassifications(gate.classifications, permit, from)
    const next = last === null ? null : await gate.cursors.seal('classifications', last)
    return { classifications: classifications.map(show), next }
  },

  async classificationLists(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' })
    const { categories, titles, technicalData, structure, ...rest } = readUsmlData(permit)
    return { ...rest, titles, technicalData, structure, categories: categories.map((one) => ({ ...one })) }
  },

  async classification(gate: Gate, call: Call) {
    const id = classificationId(call)
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' }, looked(id))
    const found = await findClassification(gate.classifications, permit, id)
    if (found === null) throw new Problem('not-found', 'cannot show classification: there is none of that id')
    return show(found)
  },

  async classificationHistory(gate: Gate, call: Call) {
    const id = classificationId(call)
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' }, looked(id))
    const line = await readLine(gate.classifications, permit, id)
    if (line.length === 0) throw new Problem('not-found', 'cannot show classification: there is none of that id')
    return { line: line.map(show) }
  },

  async classificationCarriers(gate: Gate, call: Call) {
    const id = classificationId(call)
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' }, looked(id))
    const { labels, vaults, filesWithAdded } = await findCarriers(gate.files, permit, id)
    return {
      labels: labels.map(({ fqn, dimension, value, title, reads }) => ({ fqn, dimension, value, title, reads })),
      vaults: vaults.map(({ id: vault, name, fileCount }) => ({ id: vault, name, fileCount })),
      filesWithAdded: [...filesWithAdded],
    }
  },

  async classificationTasks(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'classification.list', { kind: 'enclave' })
    const { inDoubt, reviews } = await listDueClassifications(gate.classifications, permit)
    return { inDoubt: inDoubt.map(show), reviews: reviews.map(show) }
  },

  async registerClassification(gate: Gate, call: Call) {
    const wanted = registerBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'classification.register', { kind: 'enclave' })
    const { classification, control, warnings, entries } = await registerClassification(
      gate.classifications,
      permit,
      wanted,
    )
    return {
      classification: show(classification),
      approvalId: classification.state === 'registered' ? classification.requestId : null,
      control: control === null ? null : { raised: [...control.raised], lowered: [...control.lowered] },
      warnings: [...warnings],
      receipt: await receiptOf(gate, entries),
    }
  },

  async withdrawClassification(gate: Gate, call: Call) {
    const id = classificationId(call)
    const { reason } = withdrawBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'classification.withdraw', { kind: 'enclave' }, looked(id))
    const { classification, entries } = await withdrawClassification(gate.classifications, permit, { id, reason })
    return { classification: show(classification), receipt: await receiptOf(gate, entries) }
  },
}

function looked(id: Id<'classification'>) {
  return { kind: 'classification', id } as const
}

function classificationId(call: Call): Id<'classification'> {
  const id = parseId<'classification'>(call.params['classificationId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read classification: the id is no uuid')
  return id
}

function show(one: Classification): ClassificationView {
  const { id, state, terms, registeredBy, registeredAtMs, reason, approvals } = one
  const effectiveAtMs = one.state === 'registered' ? null : one.effectiveAtMs
  const endedAtMs = 'endedAtMs' in one ? one.endedAtMs : null
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    id,
    state,
    terms,
    says: classificationText(terms),
    registeredBy,
    registeredAt: new Date(registeredAtMs).toISOString(),
    reason,
    approvals,
    effectiveAt: instant(effectiveAtMs),
    endedAt: instant(endedAtMs),
    supersededBy: one.state === 'superseded' ? one.supersededBy.number : null,
    withdrawn: one.state === 'withdrawn' ? { by: one.withdrawnBy, reason: one.withdrawnReason } : null,
  }
}
