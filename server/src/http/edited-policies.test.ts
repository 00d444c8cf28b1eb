// Policies that people edit: tried, shown by what they would change for whom, asked for, approved by two others, and rolled back.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { canonicalJson } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { cedarWasm } from '../policy/cedar/index.ts'
import { policyDigest } from '../policy/index.ts'
import { servedSample, sequenced, type GateClient, type Site } from './testing.ts'
import { namedIn } from './testing/protected-file.ts'

// Sets are read and proved in processes of their own, several times in a test.
vi.setConfig({ testTimeout: 180_000 })

let site: Site
let client: GateClient
let stop: () => Promise<void>
let shipped: string
let founded: string

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9785))
  const read = (name: string) => readFile(new URL(`../../../policies/${name}`, import.meta.url), 'utf8')
  shipped = [await read('permits.cedar'), await read('limits.cedar')].join('\n')
  founded = (await client.done(api.policySets, 'grace', 'GET', '/policy-sets')).shipped
}, 60_000)
afterAll(() => stop())

const night = `@id("no-sharing")
@reason("Nobody shares files in this enclave.")
@fix("Ask an export control officer.")
@ask("officer")
forbid (principal, action == Sallyport::Action::"file.share", resource);
`
const examples = [{ title: 'nobody shares', action: 'file.share', decision: 'deny', by: ['no-sharing'] }]
const check = (policyText: string, more: object = {}) =>
  client.done(api.policySetChecked, 'grace', 'POST', '/policy-sets/checks', { policyText, ...more })
const propose = (by: string, wanted: object) =>
  client.ask(by, 'POST', '/policy-sets/proposals', { reason: 'counsel asked', ...wanted })
const versions = async () => {
  await sequenced(site)
  return (await client.done(api.policySetVersions, 'paula', 'GET', '/policy-sets/versions')).versions
}
const approve = async (by: string, id: string) => {
  const named = await namedIn(client, id)
  return await client.ask(by, 'POST', `/approvals/${id}/approve`, named)
}
const inForce = async () => (await client.done(api.policySets, 'grace', 'GET', '/policy-sets')).inForce

describe('checkPolicySet', () => {
  test('finds nothing in what ships, proves it by both methods, and every example of this version holds', async () => {
    const checked = await check(shipped)
    expect(checked).toMatchObject({ digest: founded, findings: [], methods: [{ proved: true }, { proved: true }] })
    expect(checked.examples.length).toBeGreaterThan(10)
    expect(checked.examples.filter((one) => !one.holds)).toEqual([])
  })

  test('says in which line and column something is wrong, and goes no further', async () => {
    const wrong = `${shipped}\n${night.replace('resource);', 'resource)\nwhen { principal.nation == "GB" };')}`
    const { digest, findings, methods } = await check(wrong)
    const line = shipped.split('\n').length + 6
    expect({ digest, methods, findings }).toMatchObject({
      digest: null,
      methods: [],
      findings: [{ code: 'error', policy: 'no-sharing', line, column: 8 }],
    })
    expect((await propose('grace', { policyText: wrong })).status).toBe(400)
  })

  test('runs the examples that stand beside the policies, and says what was answered', async () => {
    const wrong = [
      { title: 'auditors share', action: 'file.share', principal: { roles: ['auditor'] }, decision: 'permit' },
    ]
    const { examples: told } = await check(`${shipped}\n${night}`, { examples: [...examples, ...wrong] })
    expect(told.filter((one) => one.whose === 'theirs')).toMatchObject([
      { holds: true },
      { holds: false, state: 'deny by no-sharing' },
    ])
    const refused = await propose('grace', { policyText: `${shipped}\n${night}`, examples: wrong })
    expect({ status: refused.status, text: refused.text }).toMatchObject({
      status: 400,
      text: expect.stringContaining('auditors share') as string,
    })
    expect(
      (
        await client.ask('grace', 'POST', '/policy-sets/checks', {
          policyText: shipped,
          examples: [{ ...examples[0], principal: { nation: 'GB' } }],
        })
      ).status,
    ).toBe(400)
  })

  test('tells by both methods what a set would permit, and such a set cannot be asked for', async () => {
    const broken = shipped.replace(
      'unless { principal.usPerson || context.coverage.live };',
      'unless { principal.usPerson || context.coverage.live || context.human };',
    )
    const { methods } = await check(broken)
    expect(methods).toMatchObject([{ proved: false }, { proved: false }])
    for (const { state } of methods) expect(state).toMatch(/^A foreign person.*No live authorization covers it/)
    const refused = await propose('grace', { policyText: broken })
    expect({ status: refused.status, text: refused.text }).toMatchObject({
      status: 400,
      text: expect.stringContaining('A foreign person') as string,
    })
  })

  test('has nothing of a set read by the engine in the process that decides', async () => {
    // Another set than any before, so that nothing is remembered.
    const text = `${shipped}\n${night.replaceAll('no-sharing', 'no-sharing-at-all')}`
    const engine = cedarWasm as unknown as Record<string, (...given: readonly unknown[]) => unknown>
    const asked = Object.keys(engine)
      .filter((name) => typeof engine[name] === 'function')
      .map((name) => vi.spyOn(engine, name))
    expect(asked.length).toBeGreaterThan(10)
    expect(await check(text)).toMatchObject({ findings: [], methods: [{ proved: true }, { proved: true }] })
    expect(await check(`${text}\npermit (`)).toMatchObject({ findings: [{ code: 'not-cedar' }] })
    await client.done(api.policyEffectAnswer, 'grace', 'POST', '/policy-sets/effects', { policyText: text })
    await client.done(api.proposed, 'grace', 'POST', '/policy-sets/proposals', {
      reason: 'counsel asked',
      policyText: text,
    })
    const called = asked.filter((one) => one.mock.calls.length > 0).map((one) => one.getMockName())
    vi.restoreAllMocks()
    expect(called).toEqual([])
  })

  test('is for officers and auditors', async () => {
    expect((await client.ask('ada', 'POST', '/policy-sets/checks', { policyText: shipped })).status).toBe(403)
    expect((await client.ask('ada', 'POST', '/policy-sets/effects', { policyText: shipped })).status).toBe(403)
    expect((await client.ask('ada', 'GET', `/policy-sets/${founded}`)).status).toBe(403)
    expect((await propose('omar', { policyText: shipped })).status).toBe(403)
  })
})

describe('policyEffect', () => {
  const effect = (wanted: object) =>
    client.done(api.policyEffectAnswer, 'grace', 'POST', '/policy-sets/effects', wanted)

  test('nobody gains or loses anything by what is in force, and everybody and everything was asked about', async () => {
    const { people, things, changes, from, to } = await effect({ policyText: shipped })
    expect({ changes, from, to }).toEqual({ changes: [], from: founded, to: founded })
    const [row] = await site.database.query('SELECT count(*)::int AS people FROM roster_subject')
    const members = people.flatMap((one) => one.members.map(({ id }) => id))
    expect(members).toHaveLength(Number(row?.['people']))
    expect(new Set(members).size).toBe(members.length)
    const [vaults] = await site.database.query('SELECT count(*)::int AS vaults FROM vault')
    expect(things.filter((one) => one.kind === 'vault').flatMap((one) => one.members)).toHaveLength(
      Number(vaults?.['vaults']),
    )
  })

  test('names who loses what, class by class, with what refuses it; and each of them would be refused', async () => {
    const { files } = await client.done(api.files, 'ada', 'GET', '/files')
    const vault = (await client.done(api.vaults, 'ada', 'GET', '/vaults')).vaults[0]
    if (files.length === 0)
      await client.done(api.fileReserved, 'ada', 'POST', '/files', { vaultId: vault?.id, name: 'wing.step' })
    const { people, things, changes } = await effect({ policyText: `${shipped}\n${night}` })
    expect(changes.length).toBeGreaterThan(0)
    for (const one of changes) {
      expect(one).toMatchObject({
        change: 'loses',
        actions: ['file.share'],
        because: [{ code: 'no-sharing', text: 'Nobody shares files in this enclave.' }],
      })
      expect(things[one.things]?.kind).toBe('file')
      expect(people[one.people]?.roles).toContain('engineer')
    }
    const losing = changes.flatMap((one) => people[one.people]?.members.map(({ name }) => name) ?? [])
    expect(losing).toContain('Ada Whitfield')
  })

  test('names who gains what', async () => {
    const more = `@id("auditors-see-vaults-files")
@reason("Auditors share as well.")
@fix("Ask.")
@ask("officer")
permit (
  principal,
  action == Sallyport::Action::"setting.change",
  resource is Sallyport::Enclave
)
when { principal.roles.contains("auditor") };
`
    const { people, things, changes } = await effect({ policyText: `${shipped}\n${more}` })
    expect(changes).toMatchObject([
      { change: 'gains', actions: ['setting.change'], because: [{ code: 'auditors-see-vaults-files' }] },
    ])
    expect(things[changes[0]?.things ?? 0]).toMatchObject({ kind: 'enclave', members: [] })
    expect(people[changes[0]?.people ?? 0]?.roles).toContain('auditor')
  })
})

describe('an edited set', () => {
  test('comes in force with two others, is listed with who and when, and an earlier one comes back by its digest', async () => {
    const policyText = `${shipped}\n${night.replace('forbid (principal,', 'forbid  (principal,')}`
    const { approvalId } = api.proposed.parse((await propose('grace', { policyText, examples })).value)
    const shown = await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${approvalId}`)
    expect(Object.keys(shown.details['added'] as object)).toEqual(['no-sharing'])
    expect((await approve('grace', approvalId)).status).toBe(403)
    await approve('henry', approvalId)
    expect(await inForce()).toBe(founded)
    expect((await approve('wanda', approvalId)).value).toMatchObject({ executed: true })
    const now = String(await inForce())
    expect(now).not.toBe(founded)
    expect(now).toBe((await check(policyText)).digest)

    expect(await versions()).toMatchObject([
      { digest: now, inForce: true, askedBy: { name: 'Grace Okafor' }, approvedBy: [{}, {}], reason: 'counsel asked' },
      { digest: founded, inForce: false, askedBy: null, approvedBy: [] },
    ])
    const text = await client.done(api.policySetText, 'paula', 'GET', `/policy-sets/${now}`)
    expect(text.policyText).toContain('no-sharing')
    expect((await client.ask('paula', 'GET', `/policy-sets/${'0'.repeat(64)}`)).status).toBe(404)

    const back = api.proposed.parse((await propose('henry', { digest: founded })).value)
    await approve('grace', back.approvalId)
    expect((await approve('wanda', back.approvalId)).value).toMatchObject({ executed: true })
    expect(await inForce()).toBe(founded)
    expect((await versions()).map((one) => [one.digest, one.inForce])).toEqual([
      [founded, true],
      [now, false],
      [founded, false],
    ])
    expect((await propose('henry', { digest: '0'.repeat(64) })).status).toBe(404)
  })

  test('is proved again where it takes effect, whatever was asked for', async () => {
    const asked = { policyText: `${shipped}\n${night.replace('Nobody', 'No one')}` }
    const { approvalId } = api.proposed.parse((await propose('grace', asked)).value)
    // As somebody with the database could: another set under the same request, with digests that fit.
    const [kept] = await site.database.query('SELECT schema_text FROM policy_set WHERE in_force')
    const schemaText = String(kept?.['schema_text'])
    const policyText = shipped.replace(/@id\("no-coverage"\)[^;]*;\n\n/, '')
    const digest = policyDigest({ schemaText, policyText })
    await site.database.query(
      'INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ($1, $2, $3, false)',
      [digest, schemaText, policyText],
    )
    const change = canonicalJson({ digest, from: founded, reason: 'counsel asked' })
    await site.database.query('UPDATE approval_request SET subject = $2, digest = $3 WHERE id = $1', [
      approvalId,
      change,
      createHash('sha256').update(change).digest('hex'),
    ])
    const reply = await approve('henry', approvalId)
    expect({ status: reply.status, text: reply.text }).toMatchObject({
      status: 400,
      text: expect.stringContaining('No live authorization covers it') as string,
    })
    expect(await inForce()).toBe(founded)
  })
})
