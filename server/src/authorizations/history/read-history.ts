// How an authorization came to be as it is: the database keeps every version of its terms, and the entries say who, who approved and why.

import { amendmentRoutes, Problem, type AmendmentRoute, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'
import type { Ledger, StoredEntry } from '../../ledger/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { Authorization } from '../authorization.ts'
import { authorizationById } from '../store.ts'
import { versionsOf } from './store.ts'

const happenings = ['founded', 'registered', 'approved', 'amended', 'ended'] as const

export interface AuthorizationStep {
  readonly happened: (typeof happenings)[number]
  readonly version: number
  readonly atMs: number
  readonly terms: AuthorizationTerms
  /** Null at founding, and while the entry is not in the ledger yet. */
  readonly by: Id<'person'> | null
  readonly approvedBy: readonly Id<'person'>[]
  readonly reason: string | null
  readonly amendment: { readonly route: AmendmentRoute; readonly reference: string | null } | null
  /** Null while the ledger takes it in. */
  readonly entryId: Id<'entry'> | null
}

export interface AuthorizationHistory {
  readonly number: string
  /** Oldest first. */
  readonly steps: readonly AuthorizationStep[]
  /** Whoever its terms name in any version. */
  readonly people: readonly Id<'person'>[]
}

/**
 * Read every version of one authorization. Throws Problem `refused` for a permit that does not fit, `not-found`.
 */
export async function authorizationHistory(
  deps: { readonly database: Sql; readonly ledger: Pick<Ledger, 'search'> },
  permit: Permit<'authorization.list'>,
  id: Id<'authorization'>,
): Promise<AuthorizationHistory> {
  spendPermit(permit, 'authorization.list', 'enclave')
  const found = await authorizationById(deps.database, id)
  if (found === null) throw new Problem('not-found', 'cannot read history: there is no authorization of that id')
  const { requestId, versions } = await versionsOf(deps.database, id)
  const entries = await entriesOf(deps.ledger, id)
  const approvers = requestId === null ? [] : await approversOf(deps.ledger, requestId)
  const steps = happened(found, versions).map((step) => told(step, entries, approvers))
  return { number: found.terms.number, steps, people: peopleIn(steps.map(({ terms }) => terms)) }
}

type Happened = Pick<AuthorizationStep, 'happened' | 'version' | 'atMs' | 'terms' | 'by' | 'reason'>
type Versions = Awaited<ReturnType<typeof versionsOf>>['versions']

function happened(found: Authorization, versions: Versions): readonly Happened[] {
  const { version, terms, registeredBy, registeredAtMs } = found
  const [first] = versions
  const isFounded = first?.version === 1
  const nobody = { by: null, reason: null }
  return [
    ...(isFounded
      ? []
      : [
          {
            happened: 'registered' as const,
            version: 1,
            atMs: registeredAtMs,
            terms: first?.terms ?? terms,
            by: registeredBy,
            reason: null,
          },
        ]),
    ...versions.map((one, at) => ({
      happened: at > 0 ? ('amended' as const) : isFounded ? ('founded' as const) : ('approved' as const),
      version: one.version,
      atMs: one.fromMs,
      terms: one.terms,
      ...nobody,
    })),
    ...(found.state === 'ended'
      ? [{ happened: 'ended' as const, version, atMs: found.endedAtMs, terms, by: found.endedBy, reason: found.reason }]
      : []),
  ]
}

async function entriesOf(ledger: Pick<Ledger, 'search'>, id: Id<'authorization'>): Promise<readonly StoredEntry[]> {
  const about = { kind: 'authorization', id }
  const found = happenings.map((what) => ledger.search({ kind: `authorization.${what}`, about, limit: 1000 }))
  return (await Promise.all(found)).flat()
}

/** Everybody whose approval counted in the end, the first one first. */
async function approversOf(
  ledger: Pick<Ledger, 'search'>,
  requestId: Id<'approval'>,
): Promise<readonly Id<'person'>[]> {
  const about = { kind: 'approval', id: requestId }
  const [given, lapsed] = await Promise.all(
    ['approval.given', 'approval.lapsed'].map((kind) => ledger.search({ kind, about, limit: 1000 })),
  )
  // Newest first: one that lapsed counts again once it was given anew.
  const hasLapsed = (person: string, sinceMs: number) =>
    (lapsed ?? []).some(({ atMs, body }) => atMs > sinceMs && lapsedIn.parse(body).lapsed.includes(person))
  const counted = (given ?? []).flatMap(({ actor, atMs }) => (actor === null || hasLapsed(actor, atMs) ? [] : [actor]))
  return counted.toReversed()
}

const lapsedIn = z.object({ lapsed: z.array(z.string()).catch([]) })

const said = z.object({
  version: z.number(),
  reason: z.string().nullable().catch(null),
  amendment: z
    .object({ route: z.enum(amendmentRoutes), reference: z.string().nullable().default(null) })
    .nullable()
    .catch(null),
  approvedBy: z
    .array(z.string())
    .transform((ids) => ids as Id<'person'>[])
    .catch([]),
})

function told(step: Happened, entries: readonly StoredEntry[], approvers: readonly Id<'person'>[]): AuthorizationStep {
  const isOfStep = ({ kind, body }: StoredEntry) =>
    kind === `authorization.${step.happened}` && said.parse(body).version === step.version
  const entry = entries.find(isOfStep)
  if (entry === undefined) return { ...step, approvedBy: [], amendment: null, entryId: null }
  const { reason, amendment, approvedBy } = said.parse(entry.body)
  return {
    ...step,
    by: entry.actor ?? step.by,
    reason: step.reason ?? reason,
    amendment,
    approvedBy: step.happened === 'approved' ? approvers : approvedBy,
    entryId: entry.id,
  }
}

function peopleIn(all: readonly AuthorizationTerms[]): readonly Id<'person'>[] {
  const ids = all.flatMap(({ persons, determinations, employees = [], exemption, provisos }) => [
    ...persons,
    ...determinations.map(({ by }) => by),
    ...employees.flatMap(({ person, by }) => [person, by]),
    ...(exemption === undefined ? [] : [exemption.certification.signer]),
    ...provisos.flatMap((one) => (one.kind === 'condition' ? (one.persons ?? []) : [])),
  ])
  return [...new Set(ids)] as Id<'person'>[]
}
