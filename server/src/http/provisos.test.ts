// Provisos over HTTP: a condition holds from the moment the authorization is in effect, and what is to be acknowledged is
// acknowledged by the person, in exactly the words that they read.

import { setTimeout } from 'node:timers/promises'
import { authorizationTerms, type AuthorizationTerms, type Proviso } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveEntry, openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let file: ProtectedCopy
let terms: AuthorizationTerms

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9790))
  file = await protectedFile(client, 'nozzle.stp')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  terms = authorizationTerms.parse(authorizations[0]?.terms)
}, 60_000)
afterAll(() => stop())

const words = 'I send none of it on, and ask the export control officer first.'
const condition = (more: object, id = 'p-9') => ({ kind: 'condition', id, text: words, ...more }) as Proviso

/** Let the agreement of the sample stand with these provisos in place of its own. */
async function agree(...provisos: readonly Proviso[]): Promise<string> {
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const standing = authorizations.find((one) => one.terms.number === terms.number && one.state !== 'ended')
  if (standing !== undefined)
    await client.ask('grace', 'POST', `/authorizations/${standing.id}/end`, { reason: 'anew' })
  const changed = { ...terms, provisos, validFrom: new Date(Date.now() - 60_000).toISOString() }
  const { authorization } = await client.done(api.authorizationChanged, 'grace', 'POST', '/authorizations', changed)
  for (const by of ['henry', 'wanda']) {
    expect((await approveEntry(client, by, authorization.id)).status).toBe(200)
  }
  return authorization.id
}
const reasons = async (person: string, path = `/files/${file.id}/content`) => {
  const { status, value } = await client.ask(person, 'GET', path)
  const told = value as { reasons?: readonly { code: string; text: string; fix: string }[] }
  return status === 200 ? 'permitted' : (told.reasons ?? [])
}
const provisos = (person: string) => client.done(api.fileProvisos, person, 'GET', `/files/${file.id}/provisos`)
const acknowledge = (person: string, texts: readonly string[]) =>
  client.ask(person, 'POST', `/files/${file.id}/provisos/acknowledge`, { texts })

describe('a condition of an authorization', () => {
  test('shuts out from its second on, tells which proviso it was, and lets in again with the authorization that has none', async () => {
    expect(await openCopy(client, 'james', file)).toBe('opened')
    await agree(condition({ briefedWithinDays: 365 }))
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    expect(await reasons('james')).toMatchObject([
      { code: 'no-coverage', text: expect.stringContaining('Proviso p-9') as string },
    ])
    expect(await openCopy(client, 'ada', file)).toBe('opened')
    await agree()
    expect(await openCopy(client, 'james', file)).toBe('opened')
  })

  test('asks for a briefing on record, which takes two others to record', async () => {
    await agree(condition({ briefedWithinDays: 365 }))
    const { people } = await client.done(api.people, 'grace', 'GET', '/people')
    const james = people.find(({ name }) => name === 'James Calder')
    const change = { change: 'record-briefing', briefedOn: new Date().toISOString().slice(0, 10) }
    const body = { change, version: james?.version, reason: 'yearly briefing' }
    expect((await client.ask('grace', 'POST', `/people/${james?.id ?? ''}/changes`, body)).status).toBe(409)
    const asked = await client.done(api.proposed, 'grace', 'POST', `/people/${james?.id ?? ''}/proposals`, body)
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    for (const by of ['henry', 'wanda']) {
      const { digest } = await client.done(api.approvalShown, by, 'GET', `/approvals/${asked.approvalId}`)
      expect((await client.ask(by, 'POST', `/approvals/${asked.approvalId}/approve`, { digest })).status).toBe(200)
    }
    expect(await openCopy(client, 'james', file)).toBe('opened')
  })
})

describe('acknowledging', () => {
  test('is asked of whoever is covered in all else, by the words themselves', async () => {
    await agree(condition({ acknowledged: true }))
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    expect(await reasons('james')).toMatchObject([
      { fix: expect.stringContaining('sallyport file provisos') as string },
    ])
    const asked = await provisos('james')
    expect(asked).toMatchObject({
      authorization: { number: terms.number },
      provisos: [{ id: 'p-9', text: words, isAcknowledged: false }],
    })
    expect(await provisos('ada')).toEqual({ authorization: null, obligations: [], conditions: [], provisos: [] })
    for (const person of ['eleanor', 'irina', 'noah', 'grace', 'stranger']) {
      expect((await client.ask(person, 'GET', `/files/${file.id}/provisos`)).status).toBe(403)
    }
    const before = new Date().toISOString()
    await setTimeout(5)
    const texts = asked.provisos.map((one) => one.textSha256)
    expect((await acknowledge('james', ['0'.repeat(64)])).status).toBe(409)
    expect((await acknowledge('ada', texts)).status).toBe(409)
    const done = await client.done(
      api.provisosAcknowledged,
      'james',
      'POST',
      `/files/${file.id}/provisos/acknowledge`,
      { texts },
    )
    expect(done.acknowledged).toEqual(['p-9'])
    expect(await openCopy(client, 'james', file)).toBe('opened')
    expect(await provisos('james')).toMatchObject({ provisos: [{ isAcknowledged: true }] })
    expect(await acknowledge('james', texts)).toMatchObject({ status: 200, value: { acknowledged: [], receipt: null } })
    await sequenced(site)
    const [{ count } = { count: 0 }] = await site.database.query(
      `SELECT count(*)::int AS count FROM ledger_entries WHERE kind = 'proviso.acknowledged'`,
    )
    expect(count).toBe(1)
    const couldOpen = async (asOf: string) => {
      const body = { fileId: file.id, asOf }
      const { people } = await client.done(api.whoCanAnswer, 'grace', 'POST', '/decisions/who-can', body)
      return people.find(({ name }) => name === 'James Calder')?.effect
    }
    expect([await couldOpen(before), await couldOpen(new Date().toISOString())]).toEqual(['deny', 'permit'])
  })

  test('tells whoever is covered under what, and what the decision to open would hold them to', async () => {
    const id = await agree(
      { kind: 'obligation', id: 'p-1', text: 'Marked with who opened it.', obligation: 'watermark' },
      condition({ places: ['US'] }, 'p-2'),
      condition({ acknowledged: true }, 'p-3'),
    )
    expect(await provisos('james')).toMatchObject({
      authorization: { id, number: terms.number, kind: terms.kind, validUntil: terms.validUntil },
      obligations: [{ id: 'watermark', text: 'Marked with who opened it.' }],
      conditions: [{ id: 'p-2', text: words }],
      provisos: [{ id: 'p-3', isAcknowledged: false }],
    })
    // It is the decision's own word, which its entry has.
    await sequenced(site)
    const [last] = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8') AS text FROM ledger_entries WHERE kind = 'decision.permit' ORDER BY index DESC LIMIT 1`,
    )
    expect(last?.['text']).toContain('"action":"file.acknowledge"')
    expect(last?.['text']).toContain('/obl/proviso/value/watermark')
    expect((await client.ask('eleanor', 'GET', `/files/${file.id}/provisos`)).status).toBe(403)
  })

  test('is asked anew for other words, and holds for the one who did it alone', async () => {
    await agree({ ...condition({ acknowledged: true }), text: `${words} Always.` })
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    const { provisos: asked } = await provisos('james')
    expect(asked).toMatchObject([{ isAcknowledged: false }])
    const old = await agree(condition({ acknowledged: true }))
    expect(
      (
        await acknowledge(
          'james',
          asked.map((one) => one.textSha256),
        )
      ).status,
    ).toBe(409)
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    expect((await provisos('james')).authorization?.id).toBe(old)
  })
})
