// Routes of whole questions over everybody and everything.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  accessMembersQuestion as membersBody,
  accessQuestion as accessBody,
  type accessChange,
} from '@sallyport/protocol/api'
import type * as z from 'zod'
import { effectQuestion } from '../approvals/index.ts'
import { namesOfFiles } from '../files/index.ts'
import { mapAccess, withAlikeTogether, type AccessMap, type Change, type PastMoment } from '../policy/index.ts'
import { displayNames } from '../roster/index.ts'
import { permitted, type Call, type Gate, type Looked } from './gate.ts'

/** Members of a class that are named beside their number. */
const some = 20
const page = 500

export const accessRoutes = {
  async access(gate: Gate, call: Call) {
    return await showAccess(gate, await mapped(gate, call, accessBody.parse(call.body)))
  },

  async accessMembers(gate: Gate, call: Call) {
    const { of, with: with_, after, ...asked } = membersBody.parse(call.body)
    const list = `access ${of} ${with_} ${asked.asOf ?? ''}`
    const [from = ''] = after === undefined ? [] : await gate.cursors.open(list, after)
    const map = await mapped(gate, call, asked)
    const found = map[of].find(({ members }) => (members as readonly string[]).includes(with_.toLowerCase()))
    if (found === undefined) throw new Problem('not-found', `cannot tell members: ${with_} is in no class of ${of}`)
    const rest = (found.members as readonly string[]).filter((id) => id > from)
    const members = await named(gate, of, rest.slice(0, page))
    const last = rest.length > page ? members.at(-1)?.id : undefined
    return { members, next: last === undefined ? null : await gate.cursors.seal(list, [last]) }
  },
}

async function mapped(
  gate: Gate,
  call: Call,
  { change: asked, asOf }: z.output<typeof accessBody>,
): Promise<AccessMap> {
  if (asOf !== undefined && asked !== undefined) {
    throw new Problem(
      'invalid-request',
      'cannot map access: there is a change and a moment of the past, want one of them',
    )
  }
  const change = asked?.kind === 'approval' ? null : changeOf(asked)
  const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, lookedAt(change))
  const past: PastMoment | null = asOf === undefined ? null : { kind: 'as-of', asOfMs: Date.parse(asOf) }
  return withAlikeTogether(await mapAccess(permit, past ?? change ?? (await changeOfRequest(gate, asked)), gate.search))
}

type Asked = z.output<typeof accessChange> | undefined

async function changeOfRequest(gate: Gate, asked: Asked): Promise<Change | null> {
  if (asked?.kind !== 'approval') return null
  const question = await effectQuestion(gate.approvals, asked.approvalId as Id<'approval'>)
  if (question?.of === 'access') return question.change
  throw new Problem(
    'not-found',
    'cannot tell what would change: the request is about no authorization, or waits no more',
  )
}

function changeOf(asked: Exclude<Asked, { kind: 'approval' }>): Change | null {
  if (asked === undefined) return null
  if (asked.kind === 'authorization-ends') {
    return { ...asked, authorizationId: asked.authorizationId as Id<'authorization'> }
  }
  if (asked.kind === 'authorization-terms') {
    return { ...asked, authorizationId: parseId<'authorization'>(asked.authorizationId) }
  }
  if (asked.kind === 'place') return { ...asked, personId: parseId<'person'>(asked.personId) }
  const { status = null, ties = null } = asked
  if ((status === 'foreign-person') !== (ties !== null)) {
    throw new Problem(
      'invalid-request',
      'cannot ask what would change: want ties exactly where somebody becomes a foreign person',
    )
  }
  return { ...asked, personId: asked.personId as Id<'person'>, status, ties }
}

function lookedAt(change: Change | null): Looked | undefined {
  if (change === null) return undefined
  if (change.kind === 'person' || change.kind === 'place') {
    return change.personId === null ? undefined : { kind: 'person', id: change.personId }
  }
  if (change.authorizationId === null) return undefined
  return { kind: 'authorization', id: change.authorizationId }
}

async function named(gate: Gate, of: 'people' | 'files', ids: readonly string[]) {
  const people = of === 'people' ? await displayNames(gate.database, ids as readonly Id<'person'>[]) : new Map()
  const files = of === 'files' ? await namesOfFiles(gate.database, ids as readonly Id<'file'>[]) : new Map()
  const nameOf = (id: string): string =>
    (people as ReadonlyMap<string, string>).get(id) ??
    (files as ReadonlyMap<string, { name: string }>).get(id)?.name ??
    ''
  return ids.map((id) => ({ id, name: nameOf(id) }))
}

/** A map as it is shown: of each class its first members. */
export async function showAccess(gate: Gate, map: AccessMap) {
  const firstOf = (classes: readonly { readonly members: readonly string[] }[]) =>
    classes.flatMap(({ members }) => members.slice(0, some))
  const names = new Map(
    [...(await named(gate, 'people', firstOf(map.people))), ...(await named(gate, 'files', firstOf(map.files)))].map(
      ({ id, name }) => [id, name],
    ),
  )
  const someOf = (members: readonly string[]) => members.slice(0, some).map((id) => ({ id, name: names.get(id) ?? '' }))
  return {
    at: new Date(map.atMs).toISOString(),
    policies: map.policyDigest,
    people: map.people.map(({ members, facts }) => ({
      count: members.length,
      some: someOf(members),
      status: facts.status,
      roles: [...facts.roles],
      programs: [...new Set(facts.assignments.map(({ program }) => program))].sort(),
    })),
    files: map.files.map(({ members, labels }) => ({
      count: members.length,
      some: someOf(members),
      labels: [...labels],
    })),
    answers: map.answers.map(({ reasons, permittedBy, ...rest }) => ({
      ...rest,
      permittedBy: [...permittedBy],
      reasons: [...reasons],
    })),
    now: map.now.map((row) => [...row]),
    would: map.would?.map((row) => [...row]) ?? null,
    totals: totalsOf(map),
  }
}

function totalsOf({ people, files, answers, now, would: rows }: AccessMap) {
  const opens = (rows: AccessMap['now'], p: number, f: number) => answers[rows[p]?.[f] ?? -1]?.effect === 'permit'
  const totals = { people: 0, files: 0, now: 0, would: 0, gains: 0, loses: 0 }
  for (const { members } of people) totals.people += members.length
  for (const { members } of files) totals.files += members.length
  for (const [p, { members }] of people.entries()) {
    for (const [f, file] of files.entries()) {
      const pairs = members.length * file.members.length
      const [is, would] = [opens(now, p, f), opens(rows ?? now, p, f)]
      if (is) totals.now += pairs
      if (would) totals.would += pairs
      if (would && !is) totals.gains += pairs
      if (is && !would) totals.loses += pairs
    }
  }
  return totals
}
