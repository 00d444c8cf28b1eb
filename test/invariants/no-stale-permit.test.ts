// I3, the "new enemy": two gates serve one enclave under load while an officer ends people and authorizations one after the
// other. Once an ending is acknowledged, no permit for that person may become durable anywhere, and no request may be
// permitted. Without the comparison of epochs in policy/decide.ts this fails within a few trials.

import { authorizationTerms, type AuthorizationTerms, utf8, type Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAuthorization } from '../../server/src/authorizations/index.ts'
import { sealedFor } from '../../server/src/http/testing.ts'
import type { Enclave } from '../../server/src/main/index.ts'
import {
  freePort,
  requestFor,
  resource,
  sampleIssuer,
  sampleLabel,
  type SampleEnclave,
} from '../../server/src/main/testing.ts'
import { endPerson, mergePeople, splitPerson } from '../../server/src/roster/index.ts'
import {
  gateClient,
  makeSite,
  openBeside,
  serveElsewhere,
  tokenFor,
  type FileToOpen,
  type GateClient,
  type GateProcess,
  type Site,
} from '../gate.ts'
import { authorize, enrol } from '../policy/enrol.ts'
import { approveShown } from '../../server/src/http/testing/protected-file.ts'

const people = 24
const licenses = 8
const provisos = 4
const merges = 8
const deletions = 6
const reclassifications = 4
const asking = 6

let site: Site
let gates: GateProcess[] = []
let clients: GateClient[] = []
let enclave: Enclave
let sample: SampleEnclave

beforeAll(async () => {
  site = await makeSite()
  const port = await freePort(9600)
  const first = await serveElsewhere(site, { port, listenPort: port })
  gates = [first, await serveElsewhere(site, { port, listenPort: await freePort(port + 1) })]
  clients = await Promise.all(gates.map((gate) => gateClient(gate)))
  const beside = await openBeside(site)
  enclave = beside.enclave
  const issuer = `${first.url}/sample-idp`
  const identities = await site.database.query('SELECT subject, person_id FROM identity_binding WHERE issuer = $1', [
    issuer,
  ])
  const ids = new Map(identities.map((one) => [String(one['subject']), one['person_id'] as Id<'person'>]))
  sample = {
    ...beside,
    database: site.database,
    id: (subject: string) => ids.get(subject),
    // The officers act in this process, a third one beside the two gates.
    decide: (request: Parameters<SampleEnclave['decide']>[0]) =>
      enclave.decisions.decide({
        ...request,
        subject: request.subject.kind === 'identity' ? { ...request.subject, issuer } : request.subject,
      }),
  } as unknown as SampleEnclave
  await site.database.query('UPDATE identity_binding SET issuer = $1 WHERE issuer = $2', [issuer, sampleIssuer])
}, 180_000)

afterAll(async () => {
  for (const client of clients) client.close()
  for (const gate of gates) await gate.kill()
  await site.stop()
})

async function enrolHere(input: Parameters<typeof enrol>[1]): Promise<Id<'person'>> {
  const id = await enrol(sample, input)
  const issuer = `${gates[0]?.url}/sample-idp`
  await site.database.query('UPDATE identity_binding SET issuer = $1 WHERE issuer = $2', [issuer, sampleIssuer])
  return id
}

interface Trial {
  /** Who is ended, or what nobody opens any more. */
  readonly about: Id<'person'> | Id<'file'>
  readonly ending: Id<'entry'>
  readonly permittedBefore: number
  readonly permittedAfter: number
}

/** Ask for keys from both gates as fast as they answer; end in the middle; go on asking a little. */
async function trial(person: Id<'person'>, subject: string, end: () => Promise<Id<'entry'>>): Promise<Trial> {
  const files: FileToOpen[] = []
  for (let made = 0; made < 24; made++) files.push(await (clients[0] as GateClient).fileToOpen())
  return await trialOver(files, { about: person, subject, end })
}

async function trialOver(
  files: readonly FileToOpen[],
  {
    about,
    subject,
    end,
  }: Pick<Trial, 'about'> & { readonly subject: string; readonly end: () => Promise<Id<'entry'>> },
): Promise<Trial> {
  const token = await tokenFor(site, gates[0]?.url ?? '', subject)
  let isAcknowledged = false
  let permittedBefore = 0
  let permittedAfter = 0
  const hasBegun = Promise.withResolvers<void>()
  const stopAt = performance.now() + 10_000
  let askedAfter = 0
  const ask = async (worker: number): Promise<void> => {
    for (let n = worker; performance.now() < stopAt && askedAfter < 2 * asking; n++) {
      const isLate = isAcknowledged
      if (isLate) askedAfter++
      const answer = await (clients[n % 2] as GateClient).open(token, files[n % files.length] as FileToOpen)
      if ('key' in answer) {
        if (isLate) permittedAfter++
        else permittedBefore++
        hasBegun.resolve()
      }
    }
    hasBegun.resolve()
  }
  const workers = Array.from({ length: asking }, (_, worker) => ask(worker))
  await hasBegun.promise
  const ending = await end()
  isAcknowledged = true
  await Promise.all(workers)
  return { about, ending, permittedBefore, permittedAfter }
}

async function storedFile(name: string, hasOwnKey: boolean): Promise<FileToOpen> {
  const client = clients[0] as GateClient
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const vaultId = vaults.find((one) => one.name === 'falcon')?.id
  const { file, key } = await client.done(api.fileReserved, 'ada', 'POST', '/files', { vaultId, name })
  const { wrappingKey } = await client.done(api.enclave, 'ada', 'GET', '/enclave')
  if (!hasOwnKey) await site.database.query('DELETE FROM file_key WHERE file_id = $1', [file.id])
  const sealed = await sealedFor({ file, key: hasOwnKey ? key : wrappingKey }, utf8('technical data'))
  await client.done(api.fileStored, 'ada', 'PUT', `/files/${file.id}/content`, sealed.container)
  return sealed
}

interface Verdict {
  readonly endings: number
  /** Permits to open that stand after the ending of their person in the ledger. */
  readonly late: readonly { readonly actor: string; readonly index: number }[]
  /** Keys that came for requests sent after the acknowledgement. */
  readonly permittedAfter: number
  /** Trials in which nothing was permitted before, so that there was nothing to end. */
  readonly idle: number
}

async function verdictOn(trials: readonly Trial[]): Promise<Verdict> {
  await untilSequenced()
  const { size } = await enclave.ledger.head()
  const endedAt = new Map<string, number>()
  const permits: { actor: string; file: string | undefined; index: number }[] = []
  for await (const entry of enclave.ledger.readEntries(0, size)) {
    const { index, actor } = entry
    if (index === null || actor === null) continue
    if (entry.kind === 'decision.permit' && entry.body['action'] === 'file.open')
      permits.push({ actor, file: entry.about?.id, index })
    for (const one of trials) if (one.ending === entry.id) endedAt.set(one.about, index)
  }
  return {
    endings: endedAt.size,
    late: permits.filter(({ actor, file = '', index }) =>
      [actor, file].some((about) => index > (endedAt.get(about) ?? Infinity)),
    ),
    permittedAfter: trials.reduce((sum, one) => sum + one.permittedAfter, 0),
    idle: trials.filter((one) => one.permittedBefore === 0).length,
  }
}

/** The gates sequence; wait until nothing is pending. */
async function untilSequenced(): Promise<void> {
  for (;;) {
    const [row] = await site.database.query('SELECT count(*) AS pending FROM ledger_pending')
    if (row?.['pending'] === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('decide() in several processes (I3)', () => {
  test(`gives no permit after the acknowledged ending of a person, in ${people} trials under load`, async () => {
    const trials: Trial[] = []
    const assignments = [{ program: 'falcon', purpose: 'co-development' }]
    for (let n = 0; n < people; n++) {
      const subject = `leaver-${n}`
      const person = await enrolHere({
        subject,
        status: 'us-person',
        basis: 'citizen',
        roles: ['engineer'],
        assignments,
      })
      const end = async () => {
        const decision = await sample.decide(requestFor('grace', 'person.end', resource('person', person)))
        if (decision.effect === 'deny') throw new Error('grace may not end people')
        const { entries } = await endPerson(enclave.roster, decision.permit, {
          id: person,
          kind: 'left',
          reason: 'trial',
        })
        return entries.at(-1)?.id as Id<'entry'>
      }
      trials.push(await trial(person, subject, end))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)

  test(`gives no permit after an acknowledged merge or split of a person, in ${merges} trials under load`, async () => {
    const trials: Trial[] = []
    const assignments = [{ program: 'falcon', purpose: 'co-development' }]
    const permitted = async <A extends 'person.merge' | 'person.split'>(action: A, id: Id<'person'>) => {
      const decision = await sample.decide(requestFor('grace', action, resource('person', id)))
      if (decision.effect === 'deny') throw new Error(`grace may not ${action}`)
      return decision.permit
    }
    for (let n = 0; n < merges; n++) {
      const person = await enrolHere({
        subject: `twin-${n}`,
        status: 'us-person',
        basis: 'citizen',
        roles: ['engineer'],
        assignments,
      })
      const other = await enrolHere({ subject: `other-twin-${n}`, status: 'unverified' })
      const end = async () => {
        if (n % 2 === 0) {
          const permits = {
            kept: await permitted('person.merge', other),
            duplicate: await permitted('person.merge', person),
          }
          const both = { kept: { id: other, version: 1 }, duplicate: { id: person, version: 1 } }
          await mergePeople(enclave.merges, permits, { ...both, reason: 'trial' })
        } else {
          const wanted = { displayName: 'Twin', kind: null, identities: [], reason: 'trial' }
          const permit = await permitted('person.split', person)
          await splitPerson(enclave.merges, permit, { id: person, version: 1, ...wanted })
        }
        const [row] = await site.database.query('SELECT change_entry FROM person WHERE id = $1', [person])
        return row?.['change_entry'] as Id<'entry'>
      }
      trials.push(await trial(person, `twin-${n}`, end))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)

  test(`gives no key of a file after its deletion is acknowledged, in ${deletions} trials under load`, async () => {
    const client = clients[0] as GateClient
    const trials: Trial[] = []
    for (let n = 0; n < deletions; n++) {
      // A file with a key of its own, and one from before there were any, of which nothing is erased.
      const file = await storedFile(`trial-${n}.step`, n % 2 === 0)
      const end = async () => {
        const asked = { reason: 'trial' }
        const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${file.fileId}/deletion`, asked)
        const { digest } = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${approvalId}`)
        const path = `/approvals/${approvalId}/approve`
        const { executed, receipt } = await client.done(api.approvalGiven, 'grace', 'POST', path, { digest })
        expect(executed).toBe(true)
        return receipt.entryId as Id<'entry'>
      }
      trials.push(await trialOver([file], { about: file.fileId, subject: 'ada', end }))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)

  test(`gives no key after a label that keeps somebody out was added, in ${reclassifications} trials under load`, async () => {
    const client = clients[0] as GateClient
    const trials: Trial[] = []
    for (let n = 0; n < reclassifications; n++) {
      const file = await storedFile(`reclassified-${n}.step`, n % 2 === 0)
      const end = async () => {
        const body = { add: [sampleLabel('program/heron')], takeOff: [], reason: 'trial' }
        const { receipt } = await client.done(
          api.fileReclassified,
          'grace',
          'POST',
          `/files/${file.fileId}/labels`,
          body,
        )
        return receipt.entryId as Id<'entry'>
      }
      trials.push(await trialOver([file], { about: file.fileId, subject: 'lin', end }))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)

  test(`gives no permit after the acknowledged ending of an authorization, in ${licenses} trials under load`, async () => {
    const trials: Trial[] = []
    const ties = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }
    const assignments = [{ program: 'falcon', purpose: 'co-development' }]
    for (let n = 0; n < licenses; n++) {
      const subject = `licensee-${n}`
      const person = await enrolHere({ subject, status: 'foreign-person', ties, roles: ['engineer'], assignments })
      const id = await authorize(sample, {
        number: `DSP5-${n}`,
        kind: 'DSP-5',
        citation: '22 CFR 123.1(a)',
        title: 'Trial',
        parties: [],
        persons: [person],
        countries: ['GB'],
        items: ['iv-h-1'],
        programs: ['falcon'],
        purposes: ['co-development'],
        provisos: [],
        determinations: [],
        validFrom: '2020-01-01T00:00:00Z',
        validUntil: '2099-01-01T00:00:00Z',
      })
      const end = async () => {
        const decision = await sample.decide(requestFor('grace', 'authorization.end', resource('authorization', id)))
        if (decision.effect === 'deny') throw new Error('grace may not end authorizations')
        const { entries } = await endAuthorization(enclave.authorizations, decision.permit, { id, reason: 'trial' })
        return entries.at(-1)?.id as Id<'entry'>
      }
      trials.push(await trial(person, subject, end))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)

  test(`gives no permit after a proviso that keeps somebody out took effect, in ${provisos} trials under load`, async () => {
    const client = clients[0] as GateClient
    const trials: Trial[] = []
    const ties = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }
    const assignments = [{ program: 'falcon', purpose: 'co-development' }]
    for (let n = 0; n < provisos; n++) {
      const subject = `proviso-${n}`
      const person = await enrolHere({ subject, status: 'foreign-person', ties, roles: ['engineer'], assignments })
      const terms = authorizationTerms.parse({
        number: `TA-${n}`,
        kind: 'TAA',
        citation: '22 CFR 124.1(a)',
        title: 'Trial',
        parties: [{ id: `trial-works-${n}`, name: 'Trial Works Ltd', country: 'GB', side: 'foreign' }],
        persons: [person],
        countries: ['GB'],
        items: ['iv-h-1'],
        programs: ['falcon'],
        purposes: ['co-development'],
        provisos: [],
        determinations: [],
        validFrom: '2020-01-01T00:00:00Z',
        validUntil: '2099-01-01T00:00:00Z',
      })
      const id = await authorize(sample, terms)
      const { version } = await client.done(api.authorization, 'grace', 'GET', `/authorizations/${id}`)
      const amend = (changed: Partial<AuthorizationTerms>, amendment?: object) => {
        const body = { version, terms: { ...terms, ...changed }, reason: 'trial', amendment }
        return client.done(api.authorizationAmended, 'grace', 'POST', `/authorizations/${id}/amend`, body)
      }
      const only = (place: string) => [
        { kind: 'condition' as const, id: 'p-1', text: 'Released in one country only.', places: [place] },
      ]
      // What only takes away, at once; what adds a country besides, with the last approval.
      let end = async () => (await amend({ provisos: only('GB') })).receipt.entryId as Id<'entry'>
      if (n % 2 === 1) {
        const more = { countries: ['GB', 'CA'], provisos: only('CA') }
        const { approvalId } = await amend(more, { route: 'major', reference: 'trial' })
        const approve = async (by: string) => {
          const reply = await approveShown(client, by, approvalId ?? '')
          expect(reply.status).toBe(200)
          return api.approvalGiven.parse(reply.value).receipt.entryId as Id<'entry'>
        }
        await approve('henry')
        end = () => approve('wanda')
      }
      trials.push(await trial(person, subject, end))
    }
    expect(await verdictOn(trials)).toEqual({ endings: trials.length, late: [], permittedAfter: 0, idle: 0 })
  }, 120_000)
})
