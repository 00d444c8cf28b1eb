// The acts as the product does them: each decided by the real decision point, then done by its use case under that permit.
// The stage keeps nothing of its own: whatever is asked for and recorded is found in the database, also after a power cut.

import { randomUUID } from 'node:crypto'
import { authorizationTerms, Problem, type Action, type Id } from '@sallyport/protocol'
import {
  answerEffect,
  effectQuestion,
  giveApproval,
  withdrawOwn,
  type EffectNaming,
} from '../../../server/src/approvals/index.ts'
import {
  amendAuthorization,
  endAuthorization,
  registerAuthorization,
} from '../../../server/src/authorizations/index.ts'
import type { Database } from '../../../server/src/base/index.ts'
import { bindPerson, unbindPerson } from '../../../server/src/identity/index.ts'
import type { Appended } from '../../../server/src/ledger/index.ts'
import type { Enclave } from '../../../server/src/main/index.ts'
import { requestFor, resource, sampleIssuer } from '../../../server/src/main/testing.ts'
import type { Permit } from '../../../server/src/policy/index.ts'
import {
  applyChange,
  applyImport,
  changeSetting,
  compareImport,
  endPerson,
  markPerson,
  proposeChange,
} from '../../../server/src/roster/index.ts'
import { writeCsv } from '../../../server/src/spreadsheet/index.ts'
import type { Act, ImportRow, Step } from './acts.ts'

export interface Actor {
  readonly name: string
  readonly id: Id<'person'>
}

export interface Stage {
  readonly enclave: Enclave
  /** For the stage's own questions; no power cut comes through it. */
  readonly database: Database
  readonly cast: readonly Actor[]
}

/** What was acknowledged; null for an act that there was nothing to do for. */
type Done = readonly Appended[] | null

/** A decision denies an act. */
class Denied extends Error {}

/**
 * Decide the acts of a step, then do those that were permitted. Yields the entries that were acknowledged. Throws whatever is
 * neither a refusal nor, when the power was cut, its consequence.
 */
export async function perform(
  stage: Stage,
  { acts, isInTurn }: Pick<Step, 'acts' | 'isInTurn'>,
  isCut: () => boolean,
): Promise<readonly Id<'entry'>[]> {
  const doings: (() => Promise<Done>)[] = []
  for (const act of acts) {
    const [prepared] = await Promise.allSettled([prepare(stage, act)])
    if (prepared.status === 'fulfilled') doings.push(prepared.value)
    else mustBeRefusal(prepared.reason, isCut())
  }
  const done: PromiseSettledResult<Done>[] = []
  if (isInTurn) for (const doing of doings) done.push(...(await Promise.allSettled([doing()])))
  else done.push(...(await Promise.allSettled(doings.map((doing) => doing()))))
  return done.flatMap((one) => {
    if (one.status === 'fulfilled') return (one.value ?? []).map(({ id }) => id)
    mustBeRefusal(one.reason, isCut())
    return []
  })
}

/** What an approval names of what its request would do, as it is shown at this moment, and a permit to look again. */
async function namedEffect(
  { approvals }: Enclave,
  id: Id<'approval'>,
  permitted: () => Promise<Permit<'decision.search'>>,
): Promise<{ readonly effect?: EffectNaming }> {
  const question = await effectQuestion(approvals, id)
  if (question === null) return {}
  const { named } = await answerEffect(approvals, await permitted(), question)
  return { effect: { named: named.digest, permit: await permitted() } }
}

function mustBeRefusal(error: unknown, isCut: boolean): void {
  if (isCut || error instanceof Denied) return
  if (error instanceof Problem && !['internal', 'unavailable'].includes(error.code)) return
  throw error
}

async function prepare(stage: Stage, act: Act): Promise<() => Promise<Done>> {
  const { enclave, database, cast } = stage
  const actor = cast[act.by]
  if (actor === undefined) throw new Error('nobody of that place is in the cast')
  const permitted = <A extends Action>(action: A, about: Parameters<typeof requestFor>[2]) =>
    permitFor(enclave, actor.name, action, about)
  const reason = 'generated'
  switch (act.act) {
    case 'propose': {
      const { id } = castAt(cast, act.about)
      const version = await versionOf(database, id)
      const permit = await permitted('person.propose', resource('person', id))
      return async () =>
        (await proposeChange(enclave.roster, permit, { id, change: act.change, reason, version })).entries
    }
    case 'approve': {
      const asked = await requestAt(stage, act.request)
      if (asked === null) return nothing
      const permit = await permitted('approval.give', resource('approval', asked.id))
      const effect = await namedEffect(enclave, asked.id, () => permitted('decision.search', { kind: 'enclave' }))
      return async () => (await giveApproval(enclave.approvals, permit, { ...asked, ...effect })).entries
    }
    case 'withdraw': {
      const asked = await requestAt(stage, act.request)
      if (asked === null) return nothing
      const permit = await permitted('approval.withdraw', resource('approval', asked.id))
      return () => withdrawOwn(enclave.approvals, permit, asked.id)
    }
    case 'change': {
      const { id } = castAt(cast, act.about)
      const version = await versionOf(database, id)
      const permit = await permitted('person.change', resource('person', id))
      return async () =>
        (await applyChange(enclave.roster, permit, { id, change: act.change, reason, version })).entries
    }
    case 'end': {
      const { id, name } = castAt(cast, act.about)
      const permit = await permitted('person.end', resource('person', id))
      return async () => {
        const { entries } = await endPerson(enclave.roster, permit, { id, kind: 'left', reason })
        await mustBeDenied(enclave, name)
        return entries
      }
    }
    case 'bind':
    case 'unbind': {
      const { id, name } = castAt(cast, act.about)
      const wired = { ...enclave.roster, markPerson }
      if (act.act === 'unbind') {
        const permit = await permitted('identity.unbind', resource('person', id))
        return () => unbindPerson(wired, permit, id, { issuer: sampleIssuer, subject: name })
      }
      const permit = await permitted('identity.bind', resource('person', id))
      return () => bindPerson(wired, permit, id, { issuer: sampleIssuer, subject: `${name}-${randomUUID()}` })
    }
    case 'set': {
      const permit = await permitted('setting.change', { kind: 'enclave' })
      const wanted = { name: 'foreign-employer-bars', isOn: act.isOn, reason } as const
      return async () => (await changeSetting(enclave.roster, permit, wanted)).entries
    }
    case 'register': {
      const permit = await permitted('authorization.register', { kind: 'enclave' })
      const terms = termsNaming(act.names.map((place) => castAt(cast, place).id))
      return async () => (await registerAuthorization(enclave.authorizations, permit, terms)).entries
    }
    case 'amend': {
      const [row] = await database.query(
        `SELECT id, version, terms FROM authorization_record WHERE state = 'effective' AND registered_by = ANY ($1::uuid[])
          ORDER BY registered_at DESC LIMIT 1`,
        [cast.map(({ id }) => id)],
      )
      if (row === undefined) return nothing
      const id = row['id'] as Id<'authorization'>
      const terms = authorizationTerms.parse(row['terms'])
      // Another end each time, so that the terms are never what they were.
      const validUntil = new Date(Date.parse(terms.validUntil) - 60_000).toISOString()
      const countries = act.isMore
        ? [...terms.countries, ...['FR', 'DE', 'CA', 'NL'].slice(0, 1 + (terms.countries.length % 4))]
        : ['GB']
      const permit = await permitted('authorization.amend', resource('authorization', id))
      const asked = {
        id,
        version: Number(row['version']),
        terms: { ...terms, validUntil, countries: [...new Set(countries)] },
        amendment: { route: 'major' as const, reference: 'DDTC 1' },
        reason,
      }
      return async () => (await amendAuthorization(enclave.authorizations, permit, asked)).entries
    }
    case 'end authorization': {
      const [row] = await database.query(
        `SELECT id FROM authorization_record WHERE state <> 'ended' AND registered_by = ANY ($1::uuid[])
          ORDER BY registered_at DESC LIMIT 1`,
        [cast.map(({ id }) => id)],
      )
      if (row === undefined) return nothing
      const id = row['id'] as Id<'authorization'>
      const permit = await permitted('authorization.end', resource('authorization', id))
      return async () => (await endAuthorization(enclave.authorizations, permit, { id, reason })).entries
    }
    case 'import': {
      const bytes = await tableOf(stage, act.rows)
      const looking = await permitted('person.import', { kind: 'enclave' })
      const { plan } = await compareImport(enclave.roster, looking, bytes)
      const permit = await permitted('person.import', { kind: 'enclave' })
      return async () => (await applyImport(enclave.roster, permit, { bytes, digest: plan.digest, reason })).entries
    }
    default:
      throw new Error(`the stage does not know ${JSON.stringify(act satisfies never)}`)
  }
}

const nothing = () => Promise.resolve(null)

async function permitFor<A extends Action>(
  { decisions }: Enclave,
  name: string,
  action: A,
  about: Parameters<typeof requestFor>[2],
): Promise<Permit<A>> {
  const decision = await decisions.decide(requestFor(name, action, about))
  if (decision.effect === 'deny') throw new Denied(`${name} may not ${action}`)
  return decision.permit
}

/** At once: whatever somebody could do, they cannot. */
async function mustBeDenied({ decisions }: Enclave, name: string): Promise<void> {
  const decision = await decisions.decide(requestFor(name, 'person.list', { kind: 'enclave' }))
  if (decision.effect === 'permit') throw new Error(`${name} was ended and may still read the roster`)
}

function castAt(cast: readonly Actor[], place: number): Actor {
  const one = cast[place]
  if (one === undefined) throw new Error(`the cast has nobody at ${place}`)
  return one
}

async function versionOf(database: Database, id: Id<'person'>): Promise<number> {
  const [row] = await database.query('SELECT version FROM person WHERE id = $1', [id])
  return Number(row?.['version'])
}

/** The cast's request at that place, counted back from the latest, however it stands. */
async function requestAt(
  { database, cast }: Stage,
  place: number,
): Promise<{ readonly id: Id<'approval'>; readonly digest: string } | null> {
  const rows = await database.query(
    'SELECT id, digest FROM approval_request WHERE requested_by = ANY ($1::uuid[]) ORDER BY id DESC LIMIT $2',
    [cast.map(({ id }) => id), place + 1],
  )
  const row = rows.at(-1)
  return row === undefined ? null : { id: row['id'] as Id<'approval'>, digest: String(row['digest']) }
}

function termsNaming(persons: readonly Id<'person'>[]) {
  return {
    number: `TA-${randomUUID()}`,
    kind: 'TAA' as const,
    citation: '22 CFR 124.1(a)',
    title: 'Generated',
    parties: [
      { id: 'calder-aero', name: 'Calder Aero Ltd (sample)', country: 'GB', side: 'foreign' as const },
      { id: 'aldebaran', name: 'Aldebaran Dynamics (sample)', country: 'US', side: 'us' as const },
    ],
    persons: [...persons],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2036-01-01T00:00:00Z',
  }
}

/** A table in which these people are as they are but for the changes, and others come new. */
async function tableOf({ database, cast }: Stage, rows: readonly ImportRow[]): Promise<Uint8Array> {
  const known = await database.query(
    `SELECT p.id, p.external_id, p.display_name, p.status, p.basis, p.evidence_ref, p.roles,
            ARRAY(SELECT a.program || ':' || a.purpose FROM person_assignment a WHERE a.person_id = p.id) AS assignments
       FROM person p WHERE p.id = ANY ($1::uuid[])`,
    [cast.map(({ id }) => id)],
  )
  const lines = new Map<string, Record<string, string>>()
  for (const { about, change } of rows) {
    const row = about === null ? null : known.find(({ id }) => id === cast[about]?.id)
    const external = text(row?.['external_id'], `E-${randomUUID()}`)
    const line = lines.get(external) ?? {
      'external id': external,
      name: text(row?.['display_name'], `New ${external}`),
      status: text(row?.['status'], 'unverified'),
      basis: row?.['status'] === 'us-person' ? text(row['basis'], '') : '',
      evidence: text(row?.['evidence_ref'], ''),
      roles: ((row?.['roles'] ?? []) as string[]).join(', '),
      assignments: ((row?.['assignments'] ?? []) as string[]).join('; '),
      citizenships: row?.['status'] === 'foreign-person' ? 'GB' : '',
    }
    lines.set(external, { ...line, ...changedCells(line, change) })
  }
  const columns = ['external id', 'name', 'status', 'basis', 'evidence', 'roles', 'assignments', 'citizenships']
  return writeCsv([columns, ...[...lines.values()].map((line) => columns.map((column) => line[column] ?? ''))])
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

function changedCells(line: Record<string, string>, change: ImportRow['change']): Record<string, string> {
  const more = (column: string, one: string, by: string) => ({
    [column]: line[column] === '' ? one : `${line[column]}${by}${one}`,
  })
  const cells = {
    'us-person': { status: 'us-person', basis: 'lpr', evidence: 'sheet', citizenships: '' },
    'foreign-person': { status: 'foreign-person', basis: '', evidence: 'sheet', citizenships: 'GB' },
    officer: more('roles', 'officer', ', '),
    falcon: more('assignments', 'falcon:design', '; '),
    name: { name: `${line['name']} again` },
  }
  return cells[change]
}
