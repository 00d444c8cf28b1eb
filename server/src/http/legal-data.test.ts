// Legal data over HTTP: shown with its dates and sureness, compared, and replaced by two others without a release.

import { readFile } from 'node:fs/promises'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { legalData, shippedLegalData, type LegalData } from '../authorizations/index.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveShown, openCopy, protectedFile } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let shipped: LegalData

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9660))
  shipped = legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8')))
}, 60_000)
afterAll(() => stop())

/** What ships, and Great Britain as well: James is a citizen of it. */
const withBritain = (): LegalData => ({
  ...shipped,
  asOf: '2026-06-01',
  proscribedCountries: [
    ...shipped.proscribedCountries,
    {
      country: 'GB',
      name: 'United Kingdom',
      list: 'd2',
      paragraph: '22 CFR 126.1(z)',
      validFrom: null,
      validUntil: null,
      source: 'a test',
      sureness: 'no',
    },
  ],
})
const show = () => client.done(api.legalDataShown, 'grace', 'GET', '/legal-data')
const propose = (data: unknown, by = 'grace') =>
  client.ask(by, 'POST', '/legal-data/proposals', { data, reason: '91 FR 1234' })

describe('legal data in force', () => {
  test('is shown row by row, with what it does not know said plainly', async () => {
    const { inForce, versions } = await show()
    expect(inForce).toMatchObject({ asOf: shipped.asOf })
    expect(inForce?.rows.find(({ country }) => country === 'CN')).toMatchObject({ holds: 'today', sureness: 'yes' })
    expect(inForce?.rows.find(({ country }) => country === 'KH')).toMatchObject({ holds: 'no longer' })
    expect(versions).toMatchObject([{ digest: inForce?.digest, isInForce: true }])
    expect((await client.ask('ada', 'GET', '/legal-data')).status).toBe(403)
  })
})

describe('other legal data', () => {
  test('is compared, with how many it reaches and nobody by name', async () => {
    const body = { data: withBritain() }
    const checked = await client.done(api.legalDataChecked, 'grace', 'POST', '/legal-data/check', body)
    expect(checked.removed.proscribedCountries).toEqual([])
    expect(checked.added.proscribedCountries).toMatchObject([{ country: 'GB' }])
    expect(checked.people.newlyProscribed).toBeGreaterThan(0)
    expect(checked.people.noLongerProscribed).toBe(0)
    const same = await client.done(api.legalDataChecked, 'grace', 'POST', '/legal-data/check', { data: shipped })
    expect(same.people).toMatchObject({ newlyProscribed: 0, noLongerProscribed: 0 })
    expect(same.added).toEqual(same.removed)
  })

  test('is compared in what exemptions ask for and how long a kind holds; what it leaves out is as it ships', async () => {
    const { validity = [], exemptions, ...rest } = shipped
    if (exemptions === undefined) throw new Error('what ships has no exemptions')
    const data = {
      ...rest,
      exemptions: { ...exemptions, preconditions: exemptions.preconditions.slice(1) },
      validity: validity.map((one, at) => (at === 0 ? { ...one, years: 99 } : one)),
    }
    const changed = await client.done(api.legalDataChecked, 'grace', 'POST', '/legal-data/check', { data })
    const says = (text: string) => expect.stringContaining(text) as string
    expect(changed.removed.rules).toMatchObject([
      { rule: 'every exemption', says: says(exemptions.preconditions[0]?.text ?? '') },
      { rule: validity[0]?.kind, says: says(`holds ${validity[0]?.years} years`) },
    ])
    expect(changed.added.rules).toMatchObject([{ rule: validity[0]?.kind, says: says('holds 99 years') }])
    const less = await client.done(api.legalDataChecked, 'grace', 'POST', '/legal-data/check', { data: rest })
    expect([less.added.rules, less.removed.rules]).toEqual([[], []])
  })

  test('is refused where it is older, of another shape, or in force', async () => {
    expect((await propose({ ...withBritain(), asOf: '2020-01-01' })).status).toBe(409)
    expect((await propose(shipped)).status).toBe(409)
    expect((await propose({ asOf: 'today' })).status).toBe(400)
    expect((await propose(withBritain(), 'ada')).status).toBe(403)
  })

  test('holds from the second approval of others on, by exactly what was shown, and every version is kept', async () => {
    const file = await protectedFile(client, 'legal.stp')
    expect(await openCopy(client, 'james', file)).toBe('opened')
    const before = await show()
    const asked = api.legalDataProposed.parse((await propose(withBritain())).value)
    const waiting = { kind: 'approval', id: asked.approvalId }
    expect(await propose(withBritain(), 'henry')).toMatchObject({ status: 409, value: { waiting } })
    const shown = await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${asked.approvalId}`)
    expect(shown.details).toMatchObject({ digest: asked.digest, added: { proscribedCountries: [{ country: 'GB' }] } })
    expect((await approveShown(client, 'grace', asked.approvalId)).status).not.toBe(200)
    expect((await approveShown(client, 'henry', asked.approvalId)).status).toBe(200)
    expect(await openCopy(client, 'james', file)).toBe('opened')
    expect((await approveShown(client, 'wanda', asked.approvalId)).status).toBe(200)
    expect(await openCopy(client, 'james', file)).toContain('PermissionDenied')
    const after = await show()
    expect(after.inForce?.digest).toBe(asked.digest)
    expect(after.versions.map(({ digest }) => digest)).toEqual([asked.digest, before.inForce?.digest])
    const kept = await site.database.query('SELECT content FROM legal_data WHERE content IS NULL')
    expect(kept).toEqual([])
    await sequenced(site)
    const [entry] = await site.database.query(
      "SELECT bytes FROM ledger_entries WHERE kind = 'legal-data.loaded' ORDER BY index DESC LIMIT 1",
    )
    expect(Buffer.from(entry?.['bytes'] as Uint8Array).toString()).toContain(asked.approvalId)
  })

  test('that was edited in the database after it was asked for does not take effect', async () => {
    const asked = api.legalDataProposed.parse((await propose({ ...shipped, asOf: '2026-07-01' })).value)
    await site.database.query("UPDATE legal_data SET content = replace(content, 'CN', 'CM') WHERE digest = $1", [
      asked.digest,
    ])
    expect((await client.ask('henry', 'GET', `/approvals/${asked.approvalId}`)).status).toBe(503)
    const { inForce } = await show()
    expect(inForce?.digest).not.toBe(asked.digest)
  })
})
