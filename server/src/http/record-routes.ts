// Routes of decisions and of the ledger.

import { PassThrough } from 'node:stream'
import { parseId, Problem, type Id } from '@sallyport/protocol'
import { whatCan as whatBody, whoCan as whoBody, type Explanation } from '@sallyport/protocol/api'
import { findFile, listVaults } from '../files/index.ts'
import {
  openSealed,
  readDecision,
  recordedReasons,
  whatCanOpen,
  whoCanOpen,
  type RecordedDecision,
} from '../policy/index.ts'
import { displayNames, openSealedEntry } from '../roster/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'

export const recordRoutes = {
  async decision(gate: Gate, call: Call) {
    const id = parseId<'entry'>(call.params['decisionId'])
    if (id === null) throw new Problem('invalid-request', 'cannot explain: the id is no uuid')
    await permitted(gate, call, 'decision.explain', { kind: 'enclave' }, { kind: 'entry', id })
    const entry = await gate.ledger.entry(id)
    if (entry === null) throw new Problem('not-found', 'cannot explain: there is no decision of that id')
    return await explain(gate, readDecision(entry), entry.index)
  },

  async whoCan(gate: Gate, call: Call) {
    const { fileId } = whoBody.parse(call.body)
    const looked = { kind: 'file', id: fileId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const answers = await whoCanOpen(permit, fileId as Id<'file'>, gate.search)
    const names = await displayNames(
      gate.database,
      answers.map((one) => one.person.id),
    )
    return {
      fileId,
      at: new Date(gate.files.clock.now()).toISOString(),
      people: answers.map(({ person, ...rest }) => ({
        ...rest,
        personId: person.id,
        name: names.get(person.id) ?? '',
        status: person.status,
      })),
    }
  },

  async whatCan(gate: Gate, call: Call) {
    const { personId } = whatBody.parse(call.body)
    const looked = { kind: 'person', id: personId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const answers = await whatCanOpen(permit, personId as Id<'person'>, gate.search)
    const vaults = new Map((await listVaults(gate.database)).map((one) => [one.id, one.name]))
    const files = await Promise.all(
      answers.map(async (one) => {
        const file = await findFile(gate.database, one.fileId)
        return { ...one, name: file?.name ?? '', vault: file === null ? '' : (vaults.get(file.vaultId) ?? '') }
      }),
    )
    return { personId, at: new Date(gate.files.clock.now()).toISOString(), files }
  },

  async ledgerExport(gate: Gate, call: Call) {
    await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    const stream = new PassThrough()
    gate.ledger.exportTo(stream).then(
      () => stream.end(),
      (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
    )
    return { stream }
  },

  async checkpoint(gate: Gate) {
    return await gate.ledger.checkpoint()
  },
}

async function explain(gate: Gate, decision: RecordedDecision, index: number | null): Promise<Explanation> {
  const { body } = decision
  const set = body.policy.digest === null ? null : await gate.search.policySet(body.policy.digest)
  const sealed = await openSealed(decision, (bytes, personId) => openSealedEntry(gate.roster, bytes, personId))
  const names = await displayNames(gate.database, decision.actor === null ? [] : [decision.actor as Id<'person'>])
  const file = decision.about.kind === 'file' ? await findFile(gate.database, decision.about.id as Id<'file'>) : null
  return {
    id: decision.id,
    at: new Date(decision.atMs).toISOString(),
    effect: decision.kind === 'decision.permit' ? 'permit' : 'deny',
    action: body.action,
    door: body.attributes.context.door,
    subject: {
      personId: decision.actor,
      name: decision.actor === null ? null : (names.get(decision.actor as Id<'person'>) ?? null),
      identity: body.subject.issuer === undefined ? null : `${body.subject.issuer} ${body.subject.subject ?? ''}`,
    },
    resource: { kind: decision.about.kind, id: decision.about.id, name: file?.name ?? null },
    attributes: { ...body.attributes, labels: body.labels, place: body.place, ...(sealed === null ? {} : { sealed }) },
    policies: { digest: body.policy.digest ?? '', determining: body.policy.determining },
    authorization:
      body.reliance === null
        ? null
        : {
            id: body.reliance.authorizationId,
            number: body.reliance.number,
            version: body.reliance.version,
            citation: body.reliance.citation,
          },
    obligations: body.obligations.map((one) => ({ id: one.id, text: one.fqn })),
    reasons: [...recordedReasons(decision, set, sealed?.coverage ?? null)],
    ledgerIndex: index,
  }
}
