// Keeping the roster over HTTP, from the addition of a person to their history, each act by whoever may do it.

import * as api from '@sallyport/protocol/api'
import { problemBody } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { namedIn } from './testing/protected-file.ts'

let client: GateClient
let ask: GateClient['ask']
let done: GateClient['done']
let site: Site
let stop: () => Promise<void>

beforeAll(async () => {
  const served = await servedSample(9740)
  ;({ site, stop } = served)
  client = served.client
  ;({ ask, done } = client)
}, 60_000)
afterAll(() => stop())

const person = async (name: string) => {
  const { people } = await done(api.people, 'grace', 'GET', '/people')
  const found = people.find((one) => one.name.startsWith(name))
  if (found === undefined) throw new Error(`nobody called ${name}`)
  return found
}
const propose = async (by: string, id: string, change: unknown) => {
  const { version } = await done(api.person, 'grace', 'GET', `/people/${id}`)
  const body = { change, reason: 'sheet 3', version }
  return (await done(api.proposed, by, 'POST', `/people/${id}/proposals`, body)).approvalId
}
const approve = async (by: string, id: string) => {
  return await done(api.approvalGiven, by, 'POST', `/approvals/${id}/approve`, await namedIn(client, id))
}

describe('the roster over HTTP', () => {
  test('takes somebody in, verifies and assigns them by others, narrows at once, and tells it all', async () => {
    const body = { name: 'Mara Lindgren', kind: 'contractor', employer: 'calder-aero', externalId: 'X-1' }
    const { person: mara, similar } = await done(api.personAdded, 'omar', 'POST', '/people', body)
    expect([mara.status, mara.roles, similar]).toEqual(['unverified', [], []])
    expect((await ask('omar', 'POST', '/people', body)).status).toBe(409)

    const ties = { citizenships: ['GB'], formerCitizenships: ['RU'], permanentResidencies: [] }
    const verify = { change: 'verify-foreign-person', ties, evidenceRef: 'HR 12' }
    expect((await ask('ada', 'POST', `/people/${mara.id}/proposals`, { change: verify })).status).toBe(400)
    const asked = await propose('omar', mara.id, verify)
    const waiting = async (by: string) =>
      (await done(api.approvals, by, 'GET', '/approvals')).approvals.find((one) => one.id === asked)
    expect(await waiting('henry')).toMatchObject({ waitsForYou: true, about: { name: 'Mara Lindgren' } })
    expect(await waiting('paula')).toMatchObject({ waitsForYou: false })
    expect(await approve('henry', asked)).toMatchObject({ approved: 1, executed: false })
    expect(await waiting('henry')).toMatchObject({ waitsForYou: false })
    expect((await ask('henry', 'POST', `/approvals/${asked}/approve`, { digest: 'a'.repeat(64) })).status).toBe(409)
    expect(await approve('wanda', asked)).toMatchObject({ executed: true })
    expect(await waiting('wanda')).toBeUndefined()

    const listed = JSON.stringify((await ask('grace', 'GET', '/people')).value)
    expect(listed).not.toMatch(/"RU"|citizenship/)
    const look = { purpose: 'license application' }
    expect((await ask('paula', 'POST', `/people/${mara.id}/ties/look`, look)).status).toBe(403)
    expect((await ask('grace', 'POST', `/people/${mara.id}/ties/look`, {})).status).toBe(400)
    expect(await done(api.tiesShown, 'grace', 'POST', `/people/${mara.id}/ties/look`, look)).toMatchObject({ ties })

    const version = 2
    const widening = { change: { change: 'record-nda', signedOn: '2026-01-01' }, reason: 'x', version }
    expect((await ask('grace', 'POST', `/people/${mara.id}/changes`, widening)).status).toBe(409)
    const narrowing = { change: { change: 'record-foreign-employer' }, reason: 'works for them', version }
    expect((await ask('omar', 'POST', `/people/${mara.id}/changes`, narrowing)).status).toBe(403)
    await done(api.personChanged, 'grace', 'POST', `/people/${mara.id}/changes`, narrowing)
    await sequenced(site)
    const { versions, looks } = await done(api.personHistory, 'paula', 'GET', `/people/${mara.id}/history`)
    expect(versions.map((one) => [one.change, one.by?.name, one.approvedBy.map((who) => who.name)])).toEqual([
      ['added', 'Omar Haddad', []],
      ['verify-foreign-person', 'Omar Haddad', ['Henry Walsh', 'Wanda Kowalski']],
      ['record-foreign-employer', 'Grace Okafor', []],
    ])
    expect(versions[2]?.reason).toBe('works for them')
    expect(looks).toMatchObject([{ by: { name: 'Grace Okafor' }, purpose: 'license application' }])
    expect(versions.map((one) => one.verification?.evidenceRef)).toEqual([undefined, 'HR 12', 'HR 12'])
    const [proof] = [{ ground: null, evidenceRef: 'HR 12', by: { name: 'Omar Haddad' } }]
    const confirmed = { approvedBy: [{ name: 'Henry Walsh' }, { name: 'Wanda Kowalski' }] }
    const whole = await done(api.personShown, 'paula', 'GET', `/people/${mara.id}`)
    expect(whole).toMatchObject({ verification: { ...proof, ...confirmed, at: whole.verifiedAt }, due: [] })
    const added = versions[0]?.from ?? ''
    const then = await done(api.people, 'paula', 'GET', `/people?asOf=${added}`)
    expect(then.people.find((one) => one.id === mara.id)).toMatchObject({ status: 'unverified', version: 1 })
    const one = await done(api.personShown, 'paula', 'GET', `/people/${mara.id}?asOf=${added}`)
    expect(one).toMatchObject({ status: 'unverified', version: 1, verification: null })
    expect((await ask('paula', 'GET', `/people/${mara.id}?asOf=2020-01-01`)).status).toBe(404)
    expect((await ask('paula', 'GET', `/people/${mara.id}?asOf=yesterday`)).status).toBe(400)
    const now = encodeURIComponent(new Date().toISOString())
    const compared = await done(api.rosterCompared, 'paula', 'GET', `/roster/compare?from=${added}&to=${now}`)
    expect(compared.people.find((one) => one.personId === mara.id)?.differs).toContain('status')
    expect((await ask('paula', 'GET', '/roster/compare?from=yesterday&to=now')).status).toBe(400)
    expect((await ask('ada', 'GET', `/people/${mara.id}/history`)).status).toBe(403)
  })

  test('shows with which decisions an ending took effect, out of the ledger', async () => {
    const guest = await person('Short-term engineer 7')
    const { vaults } = await done(api.vaults, 'guest-7', 'GET', '/vaults')
    const reserve = () => ask('guest-7', 'POST', '/files', { vaultId: vaults[0]?.id, name: 'notes.txt' })
    expect((await reserve()).status).toBe(200)
    const { receipt } = await done(api.personEnded, 'grace', 'POST', `/people/${guest.id}/end`, {
      kind: 'left',
      reason: 'last day',
    })
    expect((await reserve()).status).toBe(403)
    await sequenced(site)
    const { endings, versions } = await done(api.personHistory, 'paula', 'GET', `/people/${guest.id}/history`)
    // What they were stands there after it as well.
    const [before, after] = versions.slice(-2).map((one) => one.verification)
    expect([before?.ground, after]).toEqual([expect.any(String), before])
    const ended = await done(api.personShown, 'paula', 'GET', `/people/${guest.id}`)
    expect(ended.verification).toMatchObject({ ground: before?.ground, evidenceRef: before?.evidenceRef })
    expect(endings).toMatchObject([
      {
        by: { name: 'Grace Okafor' },
        entryId: receipt.entryId,
        lastPermit: { action: 'file.protect' },
        firstRefusal: { action: 'file.protect' },
        permitAfter: null,
      },
    ])
    expect(endings[0]?.untilRefusedMs).toBeGreaterThanOrEqual(0)
  })

  test('refuses to ask for what waits already, in whatever words, names it, and takes it again once that is over', async () => {
    const tomas = await person('Tomás')
    const { version } = tomas
    const asking = async (purpose: string, reason: string) =>
      await ask('grace', 'POST', `/people/${tomas.id}/proposals`, {
        change: { change: 'assign', program: 'falcon', purpose },
        reason,
        version,
      })
    // Of two at one moment, one.
    const both = await Promise.all([asking('wind-tunnel', 'one'), asking('wind-tunnel', 'other')])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const { approvals } = await done(api.approvals, 'grace', 'GET', '/approvals')
    const waiting = approvals.filter(({ about, title }) => about.id === tomas.id && title === 'assign to a program')
    expect(waiting).toHaveLength(1)
    const id = waiting[0]?.id ?? ''
    const again = problemBody.parse((await asking('wind-tunnel', 'again')).value)
    expect(again).toMatchObject({ type: 'urn:sallyport:problem:conflict', waiting: { kind: 'approval', id } })
    expect(again.detail).toContain(id)
    // Another change of them is another one.
    expect((await asking('flight-test', 'one')).status).toBe(200)
    expect((await ask('grace', 'POST', `/approvals/${id}/withdraw`)).status).toBe(200)
    expect((await asking('wind-tunnel', 'again')).status).toBe(200)
  })

  test('brings an authorization into effect by the id of its request, too', async () => {
    const { authorizations } = await done(api.authorizations, 'grace', 'GET', '/authorizations')
    const terms = { ...authorizations[0]?.terms, number: 'TA-0043-26' }
    const registered = await done(api.authorizationChanged, 'grace', 'POST', '/authorizations', terms)
    const { approvals } = await done(api.approvals, 'henry', 'GET', '/approvals')
    const request = approvals.find((one) => one.about.id === registered.authorization.id)
    expect(request).toMatchObject({ title: 'put authorization TA-0043-26 into effect', waitsForYou: true })
    await approve('henry', request?.id ?? '')
    // One mechanism: the other verb of the same request.
    const path = `/authorizations/${registered.authorization.id}/approve`
    const { effect } = await namedIn(client, request?.id ?? '')
    expect((await ask('henry', 'POST', path, { effect })).status).toBe(409)
    expect((await approve('wanda', request?.id ?? '')).executed).toBe(true)
    const shown = await done(api.authorization, 'grace', 'GET', `/authorizations/${registered.authorization.id}`)
    expect(shown.state).toBe('effective')
  })

  test('lets a foreign employer bar nobody until counsel decided so, and then only whom it is recorded of', async () => {
    const ben = await person('Ben')
    const change = { change: { change: 'record-foreign-employer' }, reason: 'seconded', version: ben.version }
    await done(api.personChanged, 'grace', 'POST', `/people/${ben.id}/changes`, change)
    expect((await ask('ben', 'GET', '/vaults')).status).toBe(200)
    const seen = async (who: string) => (await done(api.vaults, who, 'GET', '/vaults')).vaults.length
    expect(await seen('ben')).toBe(1)
    const rule = (on: boolean) => ({ setting: 'foreign-employer-bars', on, reason: 'counsel memo 4' })
    expect((await ask('omar', 'POST', '/settings', rule(true))).status).toBe(403)
    expect((await done(api.settingChanged, 'grace', 'POST', '/settings', rule(true))).approvalId).toBeNull()
    expect([await seen('ben'), await seen('ada'), await seen('lin')]).toEqual([0, 2, 1])
    const refusal = api.problemBody.parse((await ask('ben', 'GET', '/people')).value)
    expect(refusal.reasons?.map((one) => one.code)).toContain('acts-for-foreign-employer')
    const { approvalId } = await done(api.settingChanged, 'grace', 'POST', '/settings', rule(false))
    const waiting = { kind: 'approval', id: approvalId }
    expect(await ask('henry', 'POST', '/settings', rule(false))).toMatchObject({ status: 409, value: { waiting } })
    expect(await seen('ben')).toBe(0)
    await approve('henry', approvalId ?? '')
    await approve('wanda', approvalId ?? '')
    expect(await seen('ben')).toBe(1)
    const { settings } = await done(api.settings, 'paula', 'GET', '/settings')
    expect(settings).toMatchObject([{ name: 'foreign-employer-bars', on: false, reason: 'counsel memo 4' }])
  })

  test('names what is due, which refuses nobody anything', async () => {
    const interval = { setting: 'review-interval', role: 'engineer', task: 'briefing', months: 12, reason: 'memo 7' }
    await done(api.settingChanged, 'grace', 'POST', '/settings', interval)
    const { tasks } = await done(api.tasks, 'omar', 'GET', '/tasks')
    expect(tasks.map((one) => one.name)).toEqual(expect.arrayContaining(['Ada Whitfield', 'Lin Zhao', 'Tomás Rivera']))
    expect((await ask('lin', 'GET', '/vaults')).status).toBe(200)
    expect((await ask('lin', 'GET', '/tasks')).status).toBe(403)
  })

  test('merges and splits records by officers alone, and says of a decision where its subject goes on', async () => {
    const lin = await person('Lin')
    const { decisionId } = api.problemBody.parse((await ask('lin', 'GET', '/people')).value)
    const body = { name: 'Lin Zhao', kind: 'employee', externalId: 'X-9' }
    const kept = (await done(api.personAdded, 'omar', 'POST', '/people', body)).person
    const merge = { duplicate: { id: lin.id, version: lin.version }, version: kept.version, reason: 'entered twice' }
    for (const who of ['omar', 'paula', 'ada']) {
      expect([who, (await ask(who, 'POST', `/people/${kept.id}/merge`, merge)).status]).toEqual([who, 403])
      const split = { name: 'Another', version: lin.version, reason: 'x' }
      expect([who, (await ask(who, 'POST', `/people/${lin.id}/split`, split)).status]).toEqual([who, 403])
    }
    const grace = await person('Grace')
    const own = { ...merge, duplicate: { id: grace.id, version: grace.version } }
    expect((await ask('grace', 'POST', `/people/${kept.id}/merge`, own)).status).toBe(403)
    const old = { ...merge, version: 7 }
    expect((await ask('grace', 'POST', `/people/${kept.id}/merge`, old)).status).toBe(409)
    const merged = await done(api.peopleMerged, 'grace', 'POST', `/people/${kept.id}/merge`, merge)
    expect(merged).toMatchObject({
      person: { id: kept.id, status: 'unverified', roles: [], externalId: 'X-9' },
      duplicate: { id: lin.id, status: 'ended', mergedInto: kept.id },
      identities: [{ subject: 'lin' }],
      disagreements: [],
    })
    expect((await ask('lin', 'GET', '/vaults')).status).toBe(403)
    const explained = await done(api.explanation, 'paula', 'GET', `/decisions/${decisionId ?? ''}`)
    expect(explained.subject).toMatchObject({ personId: lin.id, goesOnIn: { id: kept.id, name: 'Lin Zhao' } })
    const history = await done(api.personHistory, 'paula', 'GET', `/people/${kept.id}/history`)
    expect(history).toMatchObject({ goesOnIn: null, mergedFrom: [{ id: lin.id }], splitFrom: null })
    await sequenced(site)
    const evidence = await done(api.personHistory, 'paula', 'GET', `/people/${lin.id}/history`)
    expect(evidence).toMatchObject({ goesOnIn: { id: kept.id }, endings: [{ permitAfter: null }] })
    const split = { name: 'Lin Zhou', version: merged.person.version, reason: 'two people' }
    const parted = await done(api.personSplit, 'grace', 'POST', `/people/${kept.id}/split`, split)
    expect(parted).toMatchObject({ person: { status: 'unverified' }, somebodyNew: { name: 'Lin Zhou', version: 1 } })
  })
})
