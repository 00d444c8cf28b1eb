// What labels of other systems mean, over HTTP: more at once, less once two others approve, unknown never for nothing; and files that are
// sealed under what their documents say.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleLabel } from '../main/testing.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveShown } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let falcon: string

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(10_410))
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  falcon = vaults.find(({ name }) => name === 'falcon')?.id ?? ''
  const label = {
    dimension: 'relto',
    value: 'usa-gbr',
    title: 'REL TO USA, GBR',
    record: null,
    basis: 'contract',
  }
  await client.done(api.labelDefined, 'grace', 'POST', '/labels', label)
}, 60_000)
afterAll(() => stop())

const tenant = '11111111-2222-4333-8444-555555555555'
const outside = (n: number, of = tenant) => `microsoft:${of}/aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`
const [itar, heron, relto] = ['jurisdiction/itar', 'program/heron', 'relto/usa-gbr'].map(sampleLabel) as [
  string,
  string,
  string,
]

const map = (by: string, id: string, labels: readonly string[] | null) =>
  client.ask(by, 'POST', '/label-mappings', { outside: id, labels, basis: 'IT ticket 311' })
const mapped = (id: string, labels: readonly string[] | null) =>
  client.done(api.labelMapped, 'grace', 'POST', '/label-mappings', { outside: id, labels, basis: 'IT ticket 311' })
const means = async (id: string, isOn = true) =>
  (await client.done(api.mappedRead, 'grace', 'POST', '/label-mappings/reading', { found: [{ outside: id, isOn }] }))
    .read[0]
const meant = async (id: string, labels: readonly string[]) => {
  const { approvalId } = await mapped(id, labels)
  for (const by of ['henry', 'wanda']) expect((await approveShown(client, by, approvalId ?? '')).status).toBe(200)
}

describe('what an outside label means', () => {
  test('is unknown until two others approve its first meaning, and then that', async () => {
    const id = outside(1)
    const { approvalId, needed } = await mapped(id, [itar])
    expect(needed).toBe(2)
    expect((await approveShown(client, 'grace', approvalId ?? '')).status).not.toBe(200)
    await approveShown(client, 'henry', approvalId ?? '')
    expect(await means(id)).toMatchObject({ labels: [] })
    expect((await map('wanda', id, [itar, relto])).status).toBe(409)
    await approveShown(client, 'wanda', approvalId ?? '')
    expect(await means(id)).toMatchObject({ state: 'mapped', labels: [itar] })
    expect(await means(id, false)).toMatchObject({ state: 'off', labels: [] })
    expect(await means(outside(9))).toMatchObject({ state: 'unknown', labels: [] })
    expect(await means(outside(1, '99999999-2222-4333-8444-555555555555'))).toMatchObject({
      state: 'elsewhere',
      labels: [],
    })
    const { mappings } = await client.done(api.labelMappings, 'paula', 'GET', '/label-mappings')
    expect(mappings).toMatchObject([{ outside: id, version: 1, labels: [itar], basis: 'IT ticket 311' }])
  })

  test('becomes more, and nothing, by one officer at once; less by two others', async () => {
    const id = outside(2)
    await meant(id, [relto])
    expect((await mapped(id, [heron, relto])).approvalId).toBeNull()
    expect(await means(id)).toMatchObject({ labels: [heron, relto].toSorted() })
    const { approvalId } = await mapped(id, [relto])
    expect(await means(id)).toMatchObject({ labels: [heron, relto].toSorted() })
    expect((await map('wanda', id, [heron])).status).toBe(409)
    // While that waits, any officer takes the meaning away, and what was asked for is void.
    expect((await map('henry', id, null)).status).toBe(200)
    expect(await means(id)).toMatchObject({ state: 'unknown' })
    expect((await approveShown(client, 'wanda', approvalId ?? '')).status).toBe(409)
    await meant(id, [heron, relto])
    const { approvalId: second } = await mapped(id, [relto])
    await approveShown(client, 'henry', second ?? '')
    await approveShown(client, 'wanda', second ?? '')
    expect(await means(id)).toMatchObject({ labels: [relto] })
  })

  test('is one set for one label, and one label of a tenant for one set', async () => {
    const id = outside(3)
    await meant(id, [heron])
    expect((await map('grace', outside(4), [heron])).status).toBe(400)
    expect((await map('grace', id, [heron])).status).toBe(409)
    expect((await map('grace', 'ITAR', [heron])).status).toBe(400)
    expect((await map('grace', outside(5), [sampleLabel('program/nobody')])).status).toBe(400)
    expect((await map('ada', outside(5), [heron])).status).toBe(403)
    expect((await map('grace', outside(5), [])).status).toBe(400)
  })

  test('is written so that it is read back the same, or not at all', async () => {
    const write = (labels: readonly string[]) =>
      client.ask('grace', 'POST', '/label-mappings/writing', { system: 'microsoft', scope: tenant, labels })
    expect((await write([itar])).value).toEqual({ outside: [outside(1)] })
    expect((await write([itar, heron])).status).toBe(409)
  })

  test('is on record with what it was', async () => {
    await sequenced(site)
    const rows = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8')::jsonb -> 'body' AS body FROM ledger_entries
        WHERE convert_from(bytes, 'UTF8')::jsonb ->> 'kind' = 'label.mapped' ORDER BY index LIMIT 1`,
    )
    const two = [expect.any(String) as string, expect.any(String) as string]
    expect(rows).toMatchObject([
      { body: { version: 1, from: null, to: [itar], basis: 'IT ticket 311', approvedBy: two } },
    ])
  })
})

describe('a document that carries labels', () => {
  const reserve = (name: string, document: unknown) =>
    client.ask('ada', 'POST', '/files', { vaultId: falcon, name, document })
  const found = (...ids: string[]) => ids.map((id) => ({ outside: id, isOn: true }))
  const labelsOf = (value: unknown) => api.fileReserved.parse(value).file.labels.map(({ fqn }) => fqn)

  test('is sealed under what they mean, besides the labels of the vault', async () => {
    await meant(outside(11), [itar, relto])
    const plain = labelsOf((await reserve('plain.docx', null)).value)
    const { status, value } = await reserve('marked.docx', {
      found: found(outside(11)),
      isUnreadable: false,
      less: null,
    })
    expect(status).toBe(200)
    expect(labelsOf(value)).toEqual([...plain, relto].toSorted())
  })

  test('is not sealed while nobody knows what they mean, or what they are; and under less with a reason alone', async () => {
    const unknown = { found: found(outside(77)), isUnreadable: false, less: null }
    const refused = await reserve('unknown.docx', unknown)
    expect(refused.status).toBe(409)
    expect(refused.text).toContain(outside(77))
    expect((await reserve('damaged.docx', { found: [], isUnreadable: true, less: null })).status).toBe(409)
    const { value } = await reserve('less.docx', {
      ...unknown,
      found: found(outside(11), outside(77)),
      less: 'template of the agency',
    })
    expect(labelsOf(value)).not.toContain(relto)
    await sequenced(site)
    const rows = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8')::jsonb -> 'body' -> 'document' AS document FROM ledger_entries
        WHERE convert_from(bytes, 'UTF8')::jsonb -> 'body' ->> 'name' = 'less.docx'`,
    )
    expect(rows).toEqual([
      {
        document: {
          read: [
            { outside: outside(11), state: 'mapped' },
            { outside: outside(77), state: 'unknown' },
          ],
          isUnreadable: false,
          less: 'template of the agency',
        },
      },
    ])
  })

  test("goes on under another tenant's label and one that was taken off, which say nothing here", async () => {
    const document = {
      found: [
        { outside: outside(5, '99999999-2222-4333-8444-555555555555'), isOn: true },
        { outside: outside(77), isOn: false },
      ],
      isUnreadable: false,
      less: null,
    }
    expect((await reserve('theirs.docx', document)).status).toBe(200)
  })
})
