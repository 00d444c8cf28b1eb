// What the ledger says, followed entry by entry by rules of its own, and compared with the tables: nobody has anything that
// two eligible others did not give on record, each request was executed once at most, and what is in the tables is what the
// entries say. Nothing of the product's own reckoning is used here; only the vault opens what entries keep sealed.

import { fromBase64Url, type Id, type JsonObject, type PersonChange } from '@sallyport/protocol'
import type { LedgerEntry as Entry } from '@sallyport/protocol/ledger'
import type { Database } from '../../../server/src/base/index.ts'
import type { PersonVault } from '../../../server/src/roster/index.ts'
import {
  count,
  digestOf,
  entriesFrom,
  gainsOf,
  givenBy,
  has,
  keyOf,
  openSealed,
  peopleIn,
  settingsIn,
  sorted,
  subjectsOf,
  text,
  type PersonFacts,
} from './tables.ts'

const quorum = 2
const lifetimeDays = 30

interface Request {
  readonly kind: string
  readonly change: JsonObject
  readonly digest: string
  readonly asker: string
  /** Whom it is about, with the version that it was asked for. */
  readonly subjects: ReadonlyMap<string, number>
  /** Besides the asker. */
  readonly excluded: readonly string[]
  readonly settingChanges: number
  readonly given: Set<string>
  /** Persons for whom it was executed, or the one thing that it is about. */
  readonly executed: Set<string>
  state: 'pending' | 'executed' | 'withdrawn' | 'expired' | 'outdated'
  daysLeft: number
}

export interface Tally {
  readonly gains: number
  readonly refusals: number
  readonly lapsed: number
  readonly outdated: number
  readonly expired: number
  readonly kinds: ReadonlySet<string>
}

export interface Record {
  /** Days that went by since. */
  readonly passed: (days: number) => void
  /** Read on. Entries that were read before stay where they are; what was acknowledged must be there; without anything acknowledged or cut off, nothing may have happened. */
  readonly follow: (acknowledged: readonly string[], wasCut: boolean) => Promise<void>
  readonly tally: () => Tally
}

/** Begin from what the tables hold of these people now. */
export async function openRecord(
  database: Database,
  fields: Pick<PersonVault, 'open'>,
  cast: readonly Id<'person'>[],
): Promise<Record> {
  const people = new Map<string, PersonFacts>((await peopleIn(database, cast)).map(({ id, facts }) => [id, facts]))
  const requests = new Map<string, Request>()
  const settings = new Map<string, boolean>(await settingsIn(database))
  const authorizations = new Map<
    string,
    { state: string; request: string; version: number; countries: readonly string[] }
  >()
  const seen = new Set<string>()
  const others = (await count(database, 'person')) - people.size
  let settingChanges = 0
  const firstIndex = Number(
    (await database.query('SELECT coalesce(max(index), -1) + 1 AS n FROM ledger_entries'))[0]?.['n'],
  )
  let gains = 0
  const refused: string[] = []
  let lapses = 0
  const kinds = new Set<string>()

  const isEligible = (id: string, role = 'officer'): boolean => {
    const one = people.get(id)
    if (one?.status !== 'us-person' || !one.roles.includes(role)) return false
    return !(one.actsForForeignEmployer && settings.get('foreign-employer-bars') === true)
  }
  const requestOf = (entry: Entry, id: unknown): Request => {
    const request = requests.get(String(id))
    if (request === undefined) throw new Violation(entry, 'names no request that is on record')
    return request
  }

  /** The act rests on this request, complete with others who may still approve, and for the first time. */
  function execute(entry: Entry, request: Request, what: string): void {
    const must = mustHold(entry)
    must(request.state === 'executed', `the request is ${request.state}`)
    must(!request.executed.has(what), 'the request was executed before')
    request.executed.add(what)
    must(request.given.size >= quorum, `${request.given.size} approved`)
    for (const one of request.given)
      must(one !== request.asker && !request.excluded.includes(one), `${one} is no other`)
    kinds.add(request.kind)
    gains++
  }

  /** What is a reading of the law: whether acting for a foreign employer counts, and whether somebody still does. */
  function takesOfficial({ kind, change }: Request): boolean {
    if (kind === 'setting.change') return true
    const parts = (change['people'] ?? []) as { changes: string[] }[]
    return [change['change'], ...parts.flatMap((one) => one.changes)].includes('clear-foreign-employer')
  }

  const registered = (id: string) =>
    authorizations.get(id) ?? { state: '', request: '', version: 0, countries: [] as readonly string[] }

  async function asked(entry: Entry): Promise<void> {
    const must = mustHold(entry)
    const id = entry.about?.id ?? ''
    const [row] = await database.query('SELECT subject, needed FROM approval_request WHERE id = $1', [id])
    must(row !== undefined, 'there is no such request')
    const change = row?.['subject'] as JsonObject
    must(digestOf(change) === entry.body['digest'], 'the recorded change is another')
    must(row?.['needed'] === quorum && entry.body['needed'] === quorum, 'it needs another number of people')
    const subjects = subjectsOf(change)
    requests.set(id, {
      kind: text(entry.body['for']),
      change,
      digest: text(entry.body['digest']),
      asker: entry.actor ?? '',
      subjects,
      excluded: [...subjects.keys(), ...((change['terms'] as { persons?: string[] } | undefined)?.persons ?? [])],
      settingChanges,
      given: new Set(),
      executed: new Set(),
      state: 'pending',
      daysLeft: lifetimeDays,
    })
  }

  function given(entry: Entry): void {
    const must = mustHold(entry)
    const request = requestOf(entry, entry.about?.id)
    const actor = entry.actor ?? ''
    must(request.state === 'pending', `the request is ${request.state}`)
    must(request.digest === entry.body['digest'], 'it is of another change')
    must(request.daysLeft > 0, 'the request has expired')
    must(actor !== request.asker, 'they asked for it themselves')
    must(!request.excluded.includes(actor), 'it is about them')
    must(!request.given.has(actor), 'they approved it before')
    for (const [id, version] of request.subjects) must(people.get(id)?.version === version, 'they have changed since')
    must(!('setting' in request.change) || request.settingChanges === settingChanges, 'the rule has changed since')
    request.given.add(actor)
    const official = takesOfficial(request)
    const mayApprove = (one: string) => isEligible(one) || (official && isEligible(one, 'empowered-official'))
    for (const one of request.given) must(mayApprove(one), `${one} may not approve`)
    if (official && entry.body['complete'] === true) {
      const all = [request.asker, ...request.given]
      must(
        all.some((one) => isEligible(one, 'empowered-official')),
        'no empowered official is among them',
      )
    }
    must(entry.body['complete'] === request.given.size >= quorum, 'it completes at another number')
    if (entry.body['complete'] === true) request.state = 'executed'
  }

  function changed(entry: Entry, before: PersonFacts, personal: JsonObject): PersonFacts {
    const must = mustHold(entry)
    const is = personal['is'] as {
      assignments: { program: string; purpose: string }[]
      actsForForeignEmployer: boolean
    }
    const after: PersonFacts = {
      status: text(entry.body['status']),
      roles: sorted(entry.body['roles'] as string[]),
      assignments: sorted(is.assignments.map(({ program, purpose }) => `${program}:${purpose}`)),
      actsForForeignEmployer: is.actsForForeignEmployer,
      version: before.version + 1,
    }
    must(entry.body['version'] === after.version, `it makes another version than ${after.version}`)
    const gained = gainsOf(before, after)
    const basis = entry.body['request']
    if (gained.length === 0 && basis === undefined) return after
    must(basis !== undefined, `nobody approved ${gained.join()}`)
    const request = requestOf(entry, basis)
    const id = entry.about?.id ?? ''
    must(request.subjects.get(id) === before.version, 'it was asked for another version')
    execute(entry, request, id)
    must(sorted(entry.body['approvedBy'] as string[]).join() === sorted([...request.given]).join(), 'others approved')
    return after
  }

  async function read(entry: Entry): Promise<void> {
    const must = mustHold(entry)
    const about = entry.about?.id ?? ''
    const before = people.get(about)
    const known = (): PersonFacts => before ?? fail(entry, 'it is about nobody who is on record')
    switch (entry.kind) {
      case 'approval.requested':
        return await asked(entry)
      case 'approval.given':
        return given(entry)
      case 'approval.lapsed': {
        const request = requestOf(entry, about)
        for (const one of entry.body['lapsed'] as string[]) {
          must(request.given.delete(one) && !isEligible(one), `the approval of ${one} stands`)
          lapses++
        }
        return
      }
      case 'approval.refused': {
        const refusal = text(entry.body['refusal'])
        refused.push(refusal)
        const request = requestOf(entry, about)
        if (request.state === 'pending' && (refusal === 'expired' || refusal === 'outdated')) request.state = refusal
        return
      }
      case 'approval.withdrawn':
        must(requestOf(entry, about).state === 'pending', 'it does not wait any more')
        requestOf(entry, about).state = 'withdrawn'
        return
      case 'person.changed':
        people.set(about, changed(entry, known(), await openSealed(database, fields, entry)))
        return mustGiveWhatWasAsked(entry, known(), people.get(about) ?? known())
      case 'person.ended':
        must(entry.body['version'] === known().version + 1, 'it makes another version')
        people.set(about, { ...known(), status: 'ended', version: known().version + 1 })
        return
      case 'person.added': {
        must(before === undefined && entry.actor !== null, 'nobody did it')
        const roles = entry.body['roles'] as string[]
        must(entry.body['status'] === 'unverified' && roles.length === 0, 'they came with something')
        const nothing = { roles: [], assignments: [], actsForForeignEmployer: false }
        people.set(about, { status: 'unverified', ...nothing, version: 1 })
        return
      }
      case 'identity.bound':
      case 'identity.unbound':
        must(entry.kind === 'identity.unbound' || ['unverified', 'ended'].includes(known().status), 'they are verified')
        people.set(about, { ...known(), version: known().version + 1 })
        return
      case 'setting.changed': {
        const isOn = entry.body['isOn'] === true
        if (!isOn) execute(entry, requestOf(entry, entry.body['request']), 'setting')
        settings.set(text(entry.body['setting']), isOn)
        settingChanges++
        return
      }
      case 'authorization.registered': {
        const [request = ''] = [...requests].find(([, { change }]) => change['authorization'] === about) ?? []
        authorizations.set(about, { state: 'registered', request, version: 1, countries: countriesOf(entry) })
        return
      }
      case 'authorization.approved':
        must(authorizations.get(about)?.state === 'registered', 'it does not wait')
        execute(entry, requestOf(entry, authorizations.get(about)?.request), about)
        authorizations.set(about, { ...registered(about), state: 'effective', version: 2 })
        return
      case 'authorization.amended': {
        const was = registered(about)
        must(was.state === 'effective', 'it is not in effect')
        must(entry.body['version'] === was.version + 1, 'it makes another version')
        const countries = countriesOf(entry)
        const gained = countries.filter((one) => !was.countries.includes(one))
        const basis = entry.body['request']
        must(gained.length === 0 || basis !== undefined, `nobody approved ${gained.join()}`)
        if (basis !== undefined) {
          const request = requestOf(entry, basis)
          must(request.change['version'] === was.version, 'it was asked for another version')
          must(
            digestOf(entry.body['terms'] as JsonObject) === digestOf(request.change['terms'] as JsonObject),
            'other terms were asked for',
          )
          execute(entry, request, about)
        }
        authorizations.set(about, { ...was, version: was.version + 1, countries })
        return
      }
      case 'authorization.ended':
        authorizations.set(about, { ...registered(about), state: 'ended', version: registered(about).version + 1 })
        return
    }
  }

  /** Exactly what was asked for, and nothing beside it. */
  async function mustGiveWhatWasAsked(entry: Entry, before: PersonFacts, after: PersonFacts): Promise<void> {
    const basis = entry.body['request']
    if (basis === undefined) return
    const about = entry.about?.id ?? ''
    const { change } = requestOf(entry, basis)
    const part = 'people' in change ? (change['people'] as JsonObject[]).find(({ person }) => person === about) : change
    const key = await keyOf(database, about)
    const sealed = fromBase64Url(text(part?.['sealed'])) ?? new Uint8Array()
    const open = JSON.parse(fields.open(sealed, 'change', key, about as Id<'person'>)) as {
      change?: PersonChange
      changes?: PersonChange[]
    }
    const wanted = sorted((open.changes ?? [open.change]).flatMap((one) => (one === undefined ? [] : givenBy(one))))
    const gained = gainsOf(before, after)
    const isGiven = gained.every((one) => wanted.includes(one)) && wanted.every((one) => has(after, one))
    mustHold(entry)(isGiven, `it gives ${gained.join()} where ${wanted.join()} was asked for`)
  }

  async function compare(): Promise<void> {
    const rows = await peopleIn(database, [...people.keys()])
    for (const { id, facts, kept, versions } of rows) {
      same(`person ${id}`, facts, people.get(id))
      same(`the version kept of ${id}`, kept, { ...facts, version: versions })
    }
    same('people', (await count(database, 'person')) - others, people.size)
    same('settings', await settingsIn(database), [...settings])
    const states = await database.query(
      'SELECT id, state, version, terms FROM authorization_record WHERE id = ANY ($1::uuid[])',
      [[...authorizations.keys()]],
    )
    for (const { id, state, version, terms } of states) {
      const was = authorizations.get(String(id))
      same(
        `authorization ${String(id)}`,
        [state, version, (terms as { countries: string[] }).countries],
        [was?.state, was?.version, was?.countries],
      )
    }
    same('authorizations', states.length, authorizations.size)
    const waiting = await database.query(
      `SELECT r.id, r.state, ARRAY(SELECT a.person_id::text FROM approval a WHERE a.request_id = r.id) AS given
         FROM approval_request r WHERE r.id = ANY ($1::uuid[]) OR r.requested_by = ANY ($2::uuid[])`,
      [[...requests.keys()], cast],
    )
    for (const { id, state, given } of waiting) {
      const request = requests.get(String(id))
      same(
        `request ${String(id)}`,
        [state, sorted(given as string[])],
        [request?.state, sorted([...(request?.given ?? [])])],
      )
      // Whoever is told that it is executed finds it done: for everybody whom it is about.
      const things = Math.max(1, request?.subjects.size ?? 0)
      same(`what ${String(id)} did`, request?.executed.size, state === 'executed' ? things : 0)
    }
    same('requests', waiting.length, requests.size)
  }

  return {
    passed: (days) => {
      for (const request of requests.values()) if (request.state === 'pending') request.daysLeft -= days
    },
    follow: async (acknowledged, wasCut) => {
      const entries = (await entriesFrom(database, firstIndex)).filter(({ id }) => !seen.has(id))
      for (const entry of inOrder(entries)) {
        seen.add(entry.id)
        const isEffect =
          /^(person|setting|authorization|identity|people)\.|^approval\.(given|requested|withdrawn)/.test(entry.kind)
        mustHold(entry)(!isEffect || wasCut || acknowledged.length > 0, 'nobody was told of it')
        await read(entry)
      }
      for (const id of acknowledged) same(`acknowledged entry ${id}`, seen.has(id), true)
      await compare()
    },
    tally: () => ({
      gains,
      refusals: refused.length,
      lapsed: lapses,
      outdated: refused.filter((one) => one === 'outdated').length,
      expired: refused.filter((one) => one === 'expired').length,
      kinds,
    }),
  }
}

function countriesOf({ body }: Entry): readonly string[] {
  return (body['terms'] as { countries: string[] }).countries
}

class Violation extends Error {
  constructor(entry: Entry, what: string) {
    super(`${entry.kind} of ${entry.about?.id ?? 'nothing'} by ${entry.actor ?? 'nobody'}: ${what}`)
  }
}

function fail(entry: Entry, what: string): never {
  throw new Violation(entry, what)
}

function mustHold(entry: Entry) {
  return (isSo: boolean, otherwise: string): void => {
    if (!isSo) throw new Violation(entry, otherwise)
  }
}

function same(what: string, is: unknown, wanted: unknown): void {
  const [have, want] = [JSON.stringify(is), JSON.stringify(wanted)]
  if (have !== want) throw new Error(`${what}: the tables have ${have}, the ledger ${want}`)
}

/** One transaction's entries may be of one millisecond: what rests on another comes after it. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const kinds = ['person.added', 'approval.requested', 'approval.lapsed', 'approval.given']
  const rank = ({ kind }: Entry) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length)
  return entries.toSorted((a, b) => a.atMs - b.atMs || rank(a) - rank(b))
}
