// Routes of decisions on record.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { decisionsQuery, pageQuery, type Explanation, type OwnRefusalView } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { namesOfFiles } from '../files/index.ts'
import {
  explainDecision,
  listOwnRefusals,
  readOwnRefusal,
  searchDecisions,
  type DecisionQuestion,
  type ExplainedDecision,
  type FoundDecision,
  type OwnRefusal,
} from '../policy/index.ts'
import { allRecordsOf, displayNames, goOnIn } from '../roster/index.ts'
import { permitted, type Call, type Gate, type Looked } from './gate.ts'
import { callerOf, namesSeen } from './request-routes.ts'

export const decisionRoutes = {
  async decisions(gate: Gate, call: Call) {
    const { after, ...asked } = decisionsQuery.parse(call.query)
    const list = `decisions ${JSON.stringify(asked)}`
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, lookedAt(asked))
    const question = await questionOf(gate, asked)
    const page = await searchDecisions(permit, question, from === null ? null : Number(from), gate.records)
    return {
      decisions: await listed(gate, page.found),
      next: page.next === null ? null : await gate.cursors.seal(list, [String(page.next)]),
    }
  },

  async decision(gate: Gate, call: Call) {
    const id = decisionId(call)
    const looked = { kind: 'entry', id } as const
    const { permit } = await permitted(gate, call, 'decision.explain', { kind: 'enclave' }, looked)
    return await show(gate, await explainDecision(permit, id, gate.records))
  },

  async ownRefusals(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('own refusals', after)
    const person = await callerOf(gate, call)
    const { refusals, next } = await listOwnRefusals(gate.records, person, from === null ? null : Number(from))
    return {
      refusals: await toldAgain(gate, call, refusals),
      next: next === null ? null : await gate.cursors.seal('own refusals', [String(next)]),
    }
  },

  async ownRefusal(gate: Gate, call: Call) {
    const refusal = await readOwnRefusal(gate.records, await callerOf(gate, call), decisionId(call))
    const [told] = await toldAgain(gate, call, [refusal])
    if (told === undefined) throw new Problem('internal', 'cannot explain: what was read was not told')
    return told
  },
}

function decisionId(call: Call): Id<'entry'> {
  const id = parseId<'entry'>(call.params['decisionId'])
  if (id === null) throw new Problem('invalid-request', 'cannot explain: the id is no uuid')
  return id
}

type Asked = Omit<z.output<typeof decisionsQuery>, 'after'>

/** What was looked for stands in the entry of the decision. */
function lookedAt({ personId, fileId, from, to }: Asked): Looked {
  if (personId !== undefined) return { kind: 'person', id: personId }
  if (fileId !== undefined) return { kind: 'file', id: fileId }
  return { kind: 'period', id: `${from ?? ''}/${to ?? ''}` }
}

async function questionOf(
  gate: Gate,
  { personId, fileId, effect, action, from, to }: Asked,
): Promise<DecisionQuestion> {
  return {
    effect: effect ?? null,
    actors: personId === undefined ? null : await everyRecordOf(gate, personId as Id<'person'>),
    fileId: (fileId?.toLowerCase() ?? null) as Id<'file'> | null,
    action: action ?? null,
    fromMs: from === undefined ? null : Date.parse(from),
    toMs: to === undefined ? null : Date.parse(to),
  }
}

/** A human being: records that were merged with this one are asked for as well. */
async function everyRecordOf({ database }: Gate, id: Id<'person'>): Promise<readonly Id<'person'>[]> {
  const kept = (await goOnIn(database, [id])).get(id) ?? id
  return [...new Set([id, kept, ...(await allRecordsOf(database, kept))])].slice(0, 64)
}

async function listed(gate: Gate, found: readonly FoundDecision[]) {
  const people = found.flatMap(({ decision: { actor } }) => (actor === null ? [] : [actor as Id<'person'>]))
  const names = await displayNames(gate.database, [...new Set(people)])
  const fileIds = found.flatMap(({ decision: { about } }) => (about.kind === 'file' ? [about.id as Id<'file'>] : []))
  const files = await namesOfFiles(gate.database, [...new Set(fileIds)])
  return found.map(({ ledgerIndex, decision: { id, atMs, kind, actor, about, body }, reasons }) => ({
    id,
    at: new Date(atMs).toISOString(),
    effect: effectOf(kind),
    action: body.action,
    door: body.attributes.context.door,
    person: actor === null ? null : { id: actor, name: names.get(actor as Id<'person'>) ?? '' },
    resource: { ...about, name: files.get(about.id as Id<'file'>)?.name ?? null },
    authorization: kind === 'decision.permit' ? (body.reliance?.number ?? null) : null,
    reasons: reasons.map(({ code, text }) => ({ code, text })),
    ledgerIndex,
  }))
}

const effectOf = (kind: 'decision.permit' | 'decision.deny') => (kind === 'decision.permit' ? 'permit' : 'deny')

/** INVARIANT: a refusal names a thing to whoever may see it in a list, decided now, and to nobody else. */
async function toldAgain(gate: Gate, call: Call, refusals: readonly OwnRefusal[]): Promise<OwnRefusalView[]> {
  const of = <K extends 'file' | 'vault'>(kind: K): Id<K>[] => [
    ...new Set(refusals.flatMap(({ about }) => (about.kind === kind ? (parseId<K>(about.id) ?? []) : []))),
  ]
  const names = new Map(await namesSeen(gate, call, { files: of('file'), vaults: of('vault') }))
  return refusals.map(({ atMs, about, you, reasons, ...rest }) => ({
    ...rest,
    at: new Date(atMs).toISOString(),
    resource: { ...about, name: names.get(about.id) ?? null },
    you: { status: you.status, roles: [...you.roles], programs: [...you.programs] },
    place: { ...rest.place },
    reasons: reasons.map((one) => ({ ...one, reads: [...one.reads] })),
  }))
}

async function show(gate: Gate, explained: ExplainedDecision): Promise<Explanation> {
  const { decision, sealed, reasons, decided, guard, ledgerIndex } = explained
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
    effect: effectOf(decision.kind),
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
    policies: {
      digest: body.policy.digest ?? '',
      determining: body.policy.determining,
      decided: decided.map(({ reads, ...one }) => ({ ...one, reads: [...reads] })),
    },
    guard,
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
