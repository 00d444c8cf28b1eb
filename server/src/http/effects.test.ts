// What a request would do to who can do what, looked at before it is approved: complete, named by its digest, and refused once it is another.

import { authorizationTerms, type AuthorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let client: GateClient
let site: Site
let stop: () => Promise<void>
let file: ProtectedCopy
let standing: string
let terms: AuthorizationTerms

beforeAll(async () => {
  ;({ client, site, stop } = await servedSample(9720))
  file = await protectedFile(client, 'nozzle.stp')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  standing = authorizations[0]?.id ?? ''
  terms = authorizationTerms.parse(authorizations[0]?.terms)
}, 60_000)
afterAll(() => stop())

const effectOf = (id: string, by = 'wanda') => client.done(api.approvalEffect, by, 'GET', `/approvals/${id}/effect`)
const approve = async (by: string, id: string, effect?: string | null) => {
  const { digest } = await client.done(api.approvalShown, by, 'GET', `/approvals/${id}`)
  const body = { digest, ...(effect == null ? {} : { effect }) }
  const { status, value } = await client.ask(by, 'POST', `/approvals/${id}/approve`, body)
  return { status, value: value as { executed?: boolean; effect?: string; gains?: number } }
}
const eleanor = async () => {
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  return people.find(({ name }) => name.startsWith('Eleanor'))?.id ?? ''
}

describe('the effect of an authorization that waits', () => {
  let authorization: string
  let id: string

  test('is whoever would gain what, everybody and everything, for officers and auditors alone', async () => {
    const asked = {
      ...terms,
      number: 'DSP5-77',
      kind: 'DSP-5',
      citation: '22 CFR 123.1(a)(1)',
      parties: [],
      persons: [await eleanor()],
    }
    const registered = await client.done(api.authorizationRegistered, 'henry', 'POST', '/authorizations', asked)
    authorization = registered.authorization.id
    id = registered.authorization.approvalId ?? ''
    expect(await client.done(api.approvalShown, 'paula', 'GET', `/approvals/${id}`)).toMatchObject({ hasEffect: true })
    const shown = await effectOf(id)
    expect(shown).toMatchObject({ gains: 1, loses: 0, policies: null })
    const { people } = await client.done(api.people, 'grace', 'GET', '/people')
    expect(shown.access?.totals).toMatchObject({ people: people.length, files: 1, gains: 1 })
    const gaining =
      shown.access?.people.findIndex(({ some }) => some.some(({ name }) => name.startsWith('Eleanor'))) ?? -1
    const would = shown.access?.answers[shown.access.would?.[gaining]?.[0] ?? -1]
    expect(would).toMatchObject({ effect: 'permit', authorization: 'DSP5-77' })
    expect((await effectOf(id, 'paula')).effect).toBe(shown.effect)
    for (const by of ['omar', 'ada']) {
      expect((await client.ask(by, 'GET', `/approvals/${id}/effect`)).status).toBe(403)
    }
    const page = { change: { kind: 'approval', approvalId: id }, of: 'people', with: await eleanor() }
    const { members } = await client.done(api.accessMembers, 'wanda', 'POST', '/decisions/access/members', page)
    expect(members.map(({ name }) => name)).toContain('Eleanor Hughes')
  })

  test('is named by whoever approves, and refused with the effect as it is once it is another', async () => {
    const { effect } = await effectOf(id)
    const body = { effect: 'a'.repeat(64) }
    expect((await client.ask('wanda', 'POST', `/authorizations/${authorization}/approve`, body)).status).toBe(409)
    expect(await approve('wanda', id)).toMatchObject({ status: 409, value: { effect, gains: 1 } })
    expect((await client.ask('wanda', 'POST', `/authorizations/${authorization}/approve`, { effect })).status).toBe(200)
    // Between the one look and the other there is another file that she would open.
    await protectedFile(client, 'gasket.stp')
    const now = await effectOf(id)
    expect(now).toMatchObject({ gains: 2 })
    expect(now.effect).not.toBe(effect)
    expect(await approve('grace', id, effect)).toMatchObject({ status: 409, value: { effect: now.effect, gains: 2 } })
    expect(await openCopy(client, 'eleanor', file)).not.toBe('opened')
    expect(await approve('grace', id, now.effect)).toMatchObject({ status: 200, value: { executed: true } })
    expect(await openCopy(client, 'eleanor', file)).not.toContain('PermissionDenied')
    await sequenced(site)
    const entries = await site.database.query(
      "SELECT bytes FROM ledger_entries WHERE kind = 'approval.given' ORDER BY index",
    )
    const named = entries.map(({ bytes }) => Buffer.from(bytes as Uint8Array).toString())
    expect(named[0]).toContain(String(effect))
    expect(named[1]).toContain(String(now.effect))
    expect(await effectOf(id)).toMatchObject({ effect: null, access: null })
  })
})

test('the effect of other terms is what they take away as well, and one that is void is refused for that', async () => {
  const change = (purposes: readonly string[], version: number) => ({
    version,
    terms: { ...terms, purposes },
    amendment: { route: 'major', reference: 'DDTC 0506' },
    reason: 'as the approval says',
  })
  const amend = (body: object) =>
    client.done(api.authorizationAmended, 'henry', 'POST', `/authorizations/${standing}/amend`, body)
  const { version } = await client.done(api.authorization, 'henry', 'GET', `/authorizations/${standing}`)
  const asked = (await amend(change(['design'], version))).approvalId ?? ''
  const shown = await effectOf(asked)
  expect(shown.loses).toBeGreaterThan(0)
  expect(shown.access?.answers.some(({ effect, reasons }) => effect === 'deny' && reasons.length > 0)).toBe(true)
  expect((await approve('wanda', asked, shown.effect)).status).toBe(200)
  // Narrower terms hold meanwhile: what waits is void, and has no effect to be named.
  const narrower = { version, terms: { ...terms, validUntil: new Date(Date.now() + 86_400_000).toISOString() } }
  expect((await amend({ ...narrower, reason: 'our own limit' })).approvalId).toBeNull()
  expect(await effectOf(asked)).toMatchObject({ effect: null })
  expect((await approve('grace', asked, shown.effect)).status).toBe(409)
})

test('the effect of a policy set is named as well', async () => {
  const { inForce } = await client.done(api.policySets, 'grace', 'GET', '/policy-sets')
  const { policyText } = await client.done(api.policySetText, 'grace', 'GET', `/policy-sets/${inForce}`)
  const closing = `${policyText}
@id("nobody-lists-vaults")
@reason("Nobody lists vaults.")
@fix("Ask.")
@ask("officer")
forbid (principal, action == Sallyport::Action::"vault.list", resource);
`
  const body = { policyText: closing, examples: [], reason: 'a test' }
  const { approvalId } = await client.done(api.proposed, 'henry', 'POST', '/policy-sets/proposals', body)
  const shown = await effectOf(approvalId)
  expect(shown).toMatchObject({ access: null, gains: 0 })
  expect(shown.loses).toBeGreaterThan(0)
  expect(shown.policies?.changes.every(({ actions }) => actions.includes('vault.list'))).toBe(true)
  expect((await approve('wanda', approvalId)).value).toMatchObject({ effect: shown.effect })
  expect((await approve('wanda', approvalId, shown.effect)).status).toBe(200)
  expect((await approve('grace', approvalId, shown.effect)).value).toMatchObject({ executed: true })
}, 120_000)
