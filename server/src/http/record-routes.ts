// Routes of decisions.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { whatCan as whatBody, whoCan as whoBody, type Explanation } from '@sallyport/protocol/api'
import { namesOfFiles } from '../files/index.ts'
import { explainDecision, whatCanOpen, whoCanOpen, type ExplainedDecision } from '../policy/index.ts'
import { displayNames, goOnIn } from '../roster/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'

export const recordRoutes = {
  async decision(gate: Gate, call: Call) {
    const id = parseId<'entry'>(call.params['decisionId'])
    if (id === null) throw new Problem('invalid-request', 'cannot explain: the id is no uuid')
    const looked = { kind: 'entry', id } as const
    const { permit } = await permitted(gate, call, 'decision.explain', { kind: 'enclave' }, looked)
    return await show(gate, await explainDecision(permit, id, gate.records))
  },

  async whoCan(gate: Gate, call: Call) {
    const { fileId, asOf, after } = whoBody.parse(call.body)
    const list = `who-can ${fileId} ${asOf ?? 'now'}`
    const asOfMs = asOf === undefined ? null : Date.parse(asOf)
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const looked = { kind: 'file', id: fileId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const { answers, last } = await whoCanOpen(
      permit,
      { fileId: fileId as Id<'file'>, after: from, asOfMs },
      gate.search,
    )
    const names = await displayNames(
      gate.database,
      answers.map((one) => one.person.id),
    )
    return {
      fileId,
      at: new Date(asOfMs ?? gate.files.clock.now()).toISOString(),
      people: answers.map(({ person, permittedBy, ...rest }) => ({
        ...rest,
        permittedBy: [...permittedBy],
        personId: person.id,
        name: names.get(person.id) ?? '',
        status: person.status,
      })),
      next: last === null ? null : await gate.cursors.seal(list, [last]),
    }
  },

  async whatCan(gate: Gate, call: Call) {
    const { personId, asOf, after } = whatBody.parse(call.body)
    const list = `what-can ${personId} ${asOf ?? 'now'}`
    const asOfMs = asOf === undefined ? null : Date.parse(asOf)
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const looked = { kind: 'person', id: personId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const { answers, last } = await whatCanOpen(
      permit,
      { personId: personId as Id<'person'>, after: from, asOfMs },
      gate.search,
    )
    const names = await namesOfFiles(
      gate.database,
      answers.map((one) => one.fileId),
    )
    const files = answers.map(({ permittedBy, ...one }) => ({
      ...one,
      permittedBy: [...permittedBy],
      ...(names.get(one.fileId) ?? { name: '', vault: '' }),
    }))
    const next = last === null ? null : await gate.cursors.seal(list, [last])
    return { personId, at: new Date(asOfMs ?? gate.files.clock.now()).toISOString(), files, next }
  },
}

async function show(gate: Gate, explained: ExplainedDecision): Promise<Explanation> {
  const { decision, sealed, reasons, ledgerIndex } = explained
  const { body } = decision
  const actor = decision.actor as Id<'person'> | null
  const goesOnIn = actor === null ? undefined : (await goOnIn(gate.database, [actor])).get(actor)
  const names = await displayNames(
    gate.database,
    [actor, goesOnIn].flatMap((one) => one ?? []),
  )
  const fileId = decision.about.kind === 'file' ? (decision.about.id as Id<'file'>) : null
  const file = fileId === null ? undefined : (await namesOfFiles(gate.database, [fileId])).get(fileId)
  return {
    id: decision.id,
    at: new Date(decision.atMs).toISOString(),
    effect: decision.kind === 'decision.permit' ? 'permit' : 'deny',
    action: body.action,
    door: body.attributes.context.door,
    subject: {
      personId: actor,
      name: actor === null ? null : (names.get(actor) ?? null),
      goesOnIn: goesOnIn === undefined ? null : { id: goesOnIn, name: names.get(goesOnIn) ?? '' },
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
    rescue:
      body.rescue === undefined
        ? null
        : { approvalId: body.rescue.id, policySha256: body.rescue.policySha256, instead: body.rescue.instead },
    obligations: body.obligations.map((one) => ({ id: one.id, text: one.fqn })),
    reasons: [...reasons],
    ledgerIndex,
  }
}
