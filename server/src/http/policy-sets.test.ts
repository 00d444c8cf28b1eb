// An enclave that decides by the policy set of an earlier version, until two others put the one of this version in force.

import { createHash } from 'node:crypto'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { servedSample, type GateClient, type Site } from './testing.ts'
import { namedIn } from './testing/protected-file.ts'

// Sets are read and proved in processes of their own, several times in a test.
vi.setConfig({ testTimeout: 180_000 })

let site: Site
let client: GateClient
let stop: () => Promise<void>

beforeAll(async () => {
  const served = await servedSample(9780)
  ;({ site, client, stop } = served)
}, 60_000)
afterAll(() => stop())

const shown = () => client.done(api.policySets, 'grace', 'GET', '/policy-sets')
const propose = (by: string, digest: string) =>
  client.ask(by, 'POST', '/policy-sets/proposals', { digest, reason: 'upgrade' })
const approve = async (by: string, id: string) => {
  const named = await namedIn(client, id)
  return await client.ask(by, 'POST', `/approvals/${id}/approve`, named)
}
const inForce = async () => (await site.database.query('SELECT digest FROM policy_set WHERE in_force'))[0]?.['digest']

/** Put a set in force behind the gate, as an enclave has it that was founded by an earlier version. */
async function putOlder(change: (policies: string) => string): Promise<string> {
  const [row] = await site.database.query('SELECT schema_text, policy_text FROM policy_set WHERE in_force')
  const schemaText = String(row?.['schema_text'])
  const policyText = change(String(row?.['policy_text']))
  const digest = createHash('sha256').update(schemaText).update('\0').update(policyText).digest('hex')
  await site.database.query('UPDATE policy_set SET in_force = false')
  await site.database.query(
    `INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ($1, $2, $3, true)
     ON CONFLICT (digest) DO UPDATE SET in_force = true`,
    [digest, schemaText, policyText],
  )
  return digest
}

const without = (id: string) => (policies: string) => {
  const at = policies.indexOf(`@id("${id}")`)
  return policies.slice(0, at) + policies.slice(policies.indexOf('@id("', at + 5))
}

describe('the policy set of this version', () => {
  test('is in force in a new enclave, and not asked for again', async () => {
    const { inForce: now, shipped, differences } = await shown()
    expect(now).toBe(shipped)
    expect(differences).toEqual({ added: {}, removed: {}, changed: {}, schema: false })
    expect((await propose('grace', shipped)).status).toBe(409)
    expect((await client.ask('ada', 'GET', '/policy-sets')).status).toBe(403)
  })

  test('comes in force once two others have approved what differs, and decides from then on', async () => {
    const older = await putOlder(without('ask-for-deletion'))
    const { inForce: now, shipped, differences } = await shown()
    expect(now).toBe(older)
    expect(Object.keys(differences.added)).toEqual(['ask-for-deletion'])
    const file = '018f0000-0000-7000-8000-0000000000f1'
    const { files } = await client.done(api.files, 'ada', 'GET', '/files')
    const path = `/files/${files[0]?.id ?? file}/deletion`
    expect((await client.ask('ada', 'POST', path, { reason: 'x' })).status).toBe(files.length === 0 ? 404 : 403)

    expect((await propose('grace', older)).status).toBe(409)
    expect((await propose('omar', shipped)).status).toBe(403)
    const { approvalId } = api.proposed.parse((await propose('grace', shipped)).value)
    const waiting = { kind: 'approval', id: approvalId }
    expect(await propose('henry', shipped)).toMatchObject({ status: 409, value: { waiting } })
    const request = await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${approvalId}`)
    expect(request.details).toMatchObject({ from: older, digest: shipped, schema: false })
    expect(JSON.stringify(request.details['added'])).toContain('Engineers and officers ask for the deletion')
    expect((await approve('grace', approvalId)).status).toBe(403)
    expect((await approve('henry', approvalId)).value).toMatchObject({ approved: 1, executed: false })
    expect(await inForce()).toBe(older)
    expect((await approve('wanda', approvalId)).value).toMatchObject({ executed: true })
    expect(await inForce()).toBe(shipped)
    expect((await approve('wanda', approvalId)).status).toBe(409)
    const recorded = await site.database.query(
      `SELECT count(*)::int AS count FROM (
         SELECT kind FROM ledger_entries UNION ALL SELECT kind FROM ledger_pending) e WHERE kind = 'policy-set.activated'`,
    )
    expect(recorded).toEqual([{ count: 2 }])
  })

  test('is refused where another set came in force meanwhile, or its text is not the one that was approved', async () => {
    await putOlder(without('ask-for-deletion'))
    const { shipped } = await shown()
    const stale = api.proposed.parse((await propose('grace', shipped)).value)
    const other = await putOlder(without('officer-tables'))
    expect((await approve('henry', stale.approvalId)).status).toBe(409)
    const { approvalId } = api.proposed.parse((await propose('grace', shipped)).value)
    await approve('henry', approvalId)
    await site.database.query(`UPDATE policy_set SET policy_text = policy_text || ' ' WHERE digest = $1`, [shipped])
    expect((await client.ask('henry', 'GET', `/approvals/${approvalId}`)).status).toBe(503)
    expect(await inForce()).toBe(other)
  })
})
