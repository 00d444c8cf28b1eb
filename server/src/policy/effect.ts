// What would change if a policy set were in force: who gains or loses which action on what. Everybody and everything is asked about, but
// those whom nothing tells apart (`classes.ts`, which `access.ts` groups by as well) are asked about once. Nothing is released, so that only
// the question is decided and recorded, by the route.

import { actions, Problem, type Action, type Id, type Reason } from '@sallyport/protocol'
import { gather, wantedBy, type Attributes, type Gathered } from './attributes.ts'
import { judge } from './decide.ts'
import { spendPermit, type Permit } from './permit.ts'
import { everyPage, type Pages } from './every-page.ts'
import { beginGrouping, idsNamedIn, type Grouping, type PersonClass } from './classes.ts'
import { policySetOf, type PolicySet } from './policy-set.ts'
import type { SoundPolicySet } from './read-policy-set.ts'
import type { DecisionRequest, ResourceRef } from './request.ts'
import type { SearchParts } from './search.ts'
import { takeSnapshot, type Snapshot, type Wanted } from './snapshot.ts'
import { digestInForce, filePage, rosterPage, storedPolicySet, vaultPage } from './store.ts'

/** Things of which nothing tells one from another; no members for what policies know by its kind alone. */
export interface ThingClass {
  readonly kind: ResourceRef['kind']
  readonly members: readonly string[]
  readonly labels: readonly string[]
}

export interface EffectChange {
  /** Places in the lists of classes. */
  readonly people: number
  readonly things: number
  readonly change: 'gains' | 'loses'
  readonly actions: readonly Action[]
  readonly situations: readonly string[]
  readonly because: readonly Pick<Reason, 'code' | 'text'>[]
}

export interface PolicyEffect {
  readonly from: string | null
  readonly to: string
  readonly people: readonly PersonClass[]
  readonly things: readonly ThingClass[]
  readonly changes: readonly EffectChange[]
}

const bounds = { people: 20_000, files: 200_000, vaults: 5000, questions: 1_000_000 } as const

/**
 * Compare a set, which is read meanwhile, with the one in force, over the whole roster and every file and vault. Throws Problem `refused`
 * for a permit that does not fit, `conflict` where there is more to ask than is asked in one go.
 */
export async function effectOfPolicySet(
  permit: Permit<'decision.search'>,
  read: () => Promise<SoundPolicySet>,
  parts: SearchParts,
): Promise<PolicyEffect> {
  // Spent before anything that takes its time: a permit is good for seconds.
  spendPermit(permit, 'decision.search', 'enclave')
  const sound = await read()
  const digest = await digestInForce(parts.database)
  const inForce = digest === null ? null : await storedPolicySet(parts.database, digest)
  const named = idsNamedIn(`${inForce?.policyText ?? ''}\n${sound.policyText}`)
  const grouping = beginGrouping(named, [])
  const things = await thingClasses(parts, named, grouping)
  const people = await personClasses(parts, grouping)
  const snapshot = await look(parts, [
    ...people.map((one) => personWanted(one.members[0])),
    ...things.map((one) => thingWanted(one)),
  ])
  const before = await parts.policySet(snapshot.policyDigest)
  const after = policySetOf(sound)
  const situations = situationsOf(snapshot, people)
  const asked = people.length * things.length * situations.length * 6
  if (asked > bounds.questions) throw tooMuch(`${asked} questions`, bounds.questions)
  const rows = new Map<string, { change: Omit<EffectChange, 'actions' | 'situations'>; told: [Action, string][] }>()
  let count = 0
  for (const [p, person] of people.entries()) {
    for (const [t, thing] of things.entries()) {
      for (const action of actionsOn(thing.kind)) {
        for (const situation of situations) {
          // Others wait for this process as well.
          if (++count % 200 === 0) await new Promise((resume) => setImmediate(resume))
          const request = requestOf(person.members[0], action, thing, situation)
          const gathered = inSituation(gather(request, snapshot, parts.rules), situation)
          const [was, will] = [
            await answerOf(request, gathered, snapshot, before),
            await answerOf(request, gathered, snapshot, after),
          ]
          if (was.effect === will.effect) continue
          const isGained = will.effect === 'permit'
          const because = isGained ? will.permittedBy : will.reasons
          const change = { people: p, things: t, change: isGained ? 'gains' : 'loses', because } as const
          const key = JSON.stringify([p, t, change.change, because.map((one) => one.code)])
          const row = rows.get(key) ?? { change, told: [] }
          row.told.push([action, situation.name])
          rows.set(key, row)
        }
      }
    }
  }
  const changes = [...rows.values()].flatMap(({ change, told }) =>
    bySituations(told).map((one) => ({ ...change, ...one })),
  )
  return { from: snapshot.policyDigest, to: after.digest, things, ...alikeTogether(people, changes) }
}

/** Put people together for whom the same changes, so that it shows nothing of a record that changes nothing (ADR 7). */
function alikeTogether(
  people: readonly PersonClass[],
  changes: readonly EffectChange[],
): Pick<PolicyEffect, 'people' | 'changes'> {
  const ofClass = Map.groupBy(changes, (one) => one.people)
  const groups = Map.groupBy(people.entries(), ([p, { facts }]) => {
    const programs = [...new Set(facts.assignments.map(({ program }) => program))].sort()
    const own = (ofClass.get(p) ?? []).map(({ people: _people, ...rest }) => rest)
    return JSON.stringify([facts.status, [...facts.roles].sort(), programs, own])
  })
  const together = [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group.flatMap(([, { members }]) => members).sort()
    const [one] = group
    return first === undefined || one === undefined
      ? []
      : [{ p: one[0], people: { facts: one[1].facts, members: [first, ...rest] } satisfies PersonClass }]
  })
  return {
    people: together.map((one) => one.people),
    changes: together.flatMap(({ p }, n) => (ofClass.get(p) ?? []).map((one) => ({ ...one, people: n }))),
  }
}

/** The kinds of thing and what can be done with each; what is kept about one decides nothing. */
function actionsOn(kind: ResourceRef['kind']): readonly Action[] {
  return (Object.keys(actions) as Action[]).filter((action) => actions[action].resource === kind)
}

// What is done alike in the same situations stands together.
function bySituations(
  told: readonly (readonly [Action, string])[],
): readonly Pick<EffectChange, 'actions' | 'situations'>[] {
  const ofAction = Map.groupBy(told, ([action]) => action)
  const same = Map.groupBy(ofAction, ([, some]) => some.map(([, situation]) => situation).join('\n'))
  return [...same.values()].map((group) => ({
    actions: group.map(([action]) => action),
    situations: group[0]?.[1].map(([, situation]) => situation) ?? [],
  }))
}

interface Situation {
  readonly name: string
  readonly country: string | null
  readonly human: boolean
}

// Where a release could be covered at all, with a country that nothing covers beside them.
function situationsOf(snapshot: Snapshot, people: readonly PersonClass[]): readonly Situation[] {
  const covered = people.flatMap(({ members: [id] }) => {
    const person = id === undefined ? null : snapshot.person({ kind: 'person', id })
    return person === null
      ? []
      : snapshot.authorizations(person.facts).flatMap(({ terms }) => terms.parties.map((one) => one.country))
  })
  const abroad = [...new Set(covered)]
    .filter((country) => country !== 'US')
    .sort()
    .slice(0, 10)
  return [
    { name: 'in the United States', country: 'US', human: true },
    ...abroad.map((country) => ({ name: `in ${country}`, country, human: true })),
    { name: 'in a country that no authorization names', country: 'ZZ', human: true },
    { name: 'from a place that nobody knows', country: null, human: true },
    { name: 'through a workload, in the United States', country: 'US', human: false },
  ]
}

function requestOf(
  personId: Id<'person'> | undefined,
  action: Action,
  { kind, members }: ThingClass,
  { country }: Situation,
): DecisionRequest {
  const id = members[0] ?? nobody
  const resource = kind === 'enclave' ? { kind } : kind === 'file' ? { kind, id, presented: null } : { kind, id }
  return {
    subject: { kind: 'person', id: personId ?? (nobody as Id<'person'>) },
    action,
    resource: resource as ResourceRef<never>,
    place: { name: null, country },
    device: 'unknown',
    door: 'search',
    evidence: {},
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'

function inSituation(gathered: Gathered, { human }: Situation): Gathered {
  // A question assumes a client that can fulfil whatever a permit would ask of it.
  const put = (attributes: Attributes): Attributes => ({
    ...attributes,
    context: { ...attributes.context, human, obligationsFulfillable: true },
  })
  return {
    ...gathered,
    attributes: put(gathered.attributes),
    withoutAdded: gathered.withoutAdded === null ? null : put(gathered.withoutAdded),
  }
}

interface Judged {
  readonly effect: 'permit' | 'deny'
  readonly reasons: EffectChange['because']
  readonly permittedBy: EffectChange['because']
}

async function answerOf(
  request: DecisionRequest,
  gathered: Gathered,
  snapshot: Snapshot,
  set: PolicySet | null,
): Promise<Judged> {
  const { effect, reasons, determining } = await judge(request, gathered, snapshot, {
    policySet: () => Promise.resolve(set),
  })
  const permittedBy =
    effect === 'deny' ? [] : determining.map((code) => ({ code, text: set?.reason(code)?.text ?? code }))
  return { effect, permittedBy, reasons: reasons.map(({ code, text }) => ({ code, text })) }
}

async function thingClasses(
  parts: SearchParts,
  named: ReadonlySet<string>,
  grouping: Grouping,
): Promise<readonly ThingClass[]> {
  await everyPage(
    pagesOf('files', bounds.files),
    (after) => filePage(parts.database, after, page),
    async (ids) => grouping.addFiles(ids as readonly Id<'file'>[], await look(parts, [{ ...nothing, fileIds: ids }])),
  )
  const vaults = new Map<string, { readonly labels: readonly string[]; readonly members: string[] }>()
  await everyPage(
    pagesOf('vaults', bounds.vaults),
    (after) => vaultPage(parts.database, after, page),
    async (ids) => {
      const snapshot = await look(parts, [{ ...nothing, vaultIds: ids }])
      for (const id of ids) {
        const labels = [...(snapshot.vaultLabels(id) ?? [])].sort()
        const key = JSON.stringify([labels, named.has(id) ? id : null])
        const found = vaults.get(key)
        if (found === undefined) vaults.set(key, { labels, members: [id] })
        else found.members.push(id)
      }
    },
  )
  const rest = (['enclave', 'person', 'authorization', 'approval'] as const).map((kind): ThingClass => ({
    kind,
    members: [],
    labels: [],
  }))
  // Of these a policy can tell one from another by its name alone.
  const byName = [...named].flatMap((id) =>
    (['person', 'authorization', 'approval'] as const).map((kind): ThingClass => ({
      kind,
      members: [id],
      labels: [],
    })),
  )
  return [
    ...grouping.files().map(({ members, labels }): ThingClass => ({ kind: 'file', members, labels })),
    ...[...vaults.values()].map((one): ThingClass => ({ kind: 'vault', ...one })),
    ...rest,
    ...byName,
  ]
}

// After files: who has a hand in the rescue of one is told apart.
async function personClasses(parts: SearchParts, grouping: Grouping): Promise<readonly PersonClass[]> {
  await everyPage(
    pagesOf('people', bounds.people),
    (after) => rosterPage(parts.database, after, page),
    async (ids) =>
      grouping.addPeople(
        await look(
          parts,
          ids.map((id) => personWanted(id as Id<'person'>)),
        ),
      ),
  )
  return grouping.people()
}

const page = 500
const nothing: Wanted = {
  subject: { kind: 'person', id: nobody as Id<'person'> },
  fileIds: [],
  vaultIds: [],
  labels: [],
}

function personWanted(id: Id<'person'> | undefined): Wanted {
  return { ...nothing, subject: { kind: 'person', id: id ?? (nobody as Id<'person'>) } }
}

function thingWanted(thing: ThingClass): Wanted {
  return {
    ...nothing,
    ...wantedBy(
      requestOf(undefined, actionsOn(thing.kind)[0] ?? 'ledger.read', thing, { name: '', country: 'US', human: true }),
    ),
  }
}

async function look({ database, rules }: SearchParts, wanted: readonly Wanted[]): Promise<Snapshot> {
  return await takeSnapshot(database, wanted, rules)
}

function pagesOf(what: string, most: number): Pages {
  return { size: page, most, tooMany: () => tooMuch(`more than ${most} ${what}`, most) }
}

function tooMuch(state: string, want: number): Problem {
  return new Problem('conflict', `cannot tell what would change: ${state}, want at most ${want}`)
}
