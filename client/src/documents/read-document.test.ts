// Labels out of documents as Office writes them, and out of what was made to mislead.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDocument } from './read-document.ts'
import { customProperties, documentWith, labelInfo, zipOf } from './testing.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-documents-'))
})
afterAll(() => rm(folder, { recursive: true }))

const tenant = '11111111-2222-3333-4444-555555555555'
const [one, two] = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002'] as const
const id = (label: string, of = tenant) => `microsoft:${of}/${label}`

async function read(bytes: Uint8Array) {
  const path = join(folder, 'document.docx')
  await writeFile(path, bytes)
  return await readDocument(path)
}
const msip = (label: string, attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`MSIP_Label_${label}_${key}`, value]))

describe('readDocument()', () => {
  test('reads the custom properties, by ids and in whatever case they stand', async () => {
    const custom = customProperties({
      Client: 'ACME',
      ...msip(one.toUpperCase(), {
        Enabled: 'True',
        SiteId: tenant.toUpperCase(),
        Name: 'ITAR',
        Method: 'Privileged',
        ContentBits: '0',
      }),
      ...msip(two, { Enabled: 'false', SiteId: tenant, Name: 'Public' }),
    })
    expect(await read(documentWith({ 'docProps/custom.xml': custom }))).toEqual({
      found: [
        { outside: id(one), isOn: true },
        { outside: id(two), isOn: false },
      ],
      fault: null,
    })
  })

  test('takes the newer list for the truth where both stand', async () => {
    const custom = customProperties(msip(one, { Enabled: 'true', SiteId: tenant }))
    const both = { 'docProps/custom.xml': custom, 'docMetadata/LabelInfo.xml': labelInfo([{ id: two, tenant }]) }
    expect((await read(documentWith(both))).found).toEqual([{ outside: id(two), isOn: true }])
    const removed = labelInfo([
      { id: one, tenant, removed: '1' },
      { id: two, tenant, enabled: '0' },
    ])
    expect((await read(documentWith({ ...both, 'docMetadata/LabelInfo.xml': removed }))).found).toEqual([
      { outside: id(one), isOn: false },
      { outside: id(two), isOn: false },
    ])
  })

  test('finds the parts where the document says that they are, in whatever case', async () => {
    const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels" Target="/meta/Labels.xml"/></Relationships>`
    expect(
      (await read(documentWith({ '_rels/.rels': rels, 'META/labels.XML': labelInfo([{ id: one, tenant }]) }))).found,
    ).toEqual([{ outside: id(one), isOn: true }])
  })

  test('takes a label for one that holds where it does not say otherwise, and keeps one without a tenant', async () => {
    const custom = customProperties(msip(one, { SiteId: tenant, Name: 'ITAR' }))
    expect((await read(documentWith({ 'docProps/custom.xml': custom }))).found).toEqual([
      { outside: id(one), isOn: true },
    ])
    const nobodys = customProperties(msip(one, { Enabled: 'true' }))
    expect((await read(documentWith({ 'docProps/custom.xml': nobodys }))).found).toEqual([
      { outside: `microsoft:/${one}`, isOn: true },
    ])
  })

  test('finds nothing in a file that is no Office document', async () => {
    for (const bytes of [Buffer.from('solid cube'), Buffer.alloc(0), zipOf({ 'a.txt': 'MSIP_Label_' })]) {
      expect(await read(bytes)).toEqual({ found: [], fault: null })
    }
  })

  test('says so where labels cannot be read', async () => {
    const whole = documentWith({ 'docMetadata/LabelInfo.xml': labelInfo([{ id: one, tenant }]) })
    const damaged: readonly Uint8Array[] = [
      whole.subarray(0, whole.length - 30),
      documentWith({ 'docMetadata/LabelInfo.xml': '<labelList><label' }),
      documentWith({ 'docMetadata/LabelInfo.xml': '<!DOCTYPE x [<!ENTITY a "b">]><labelList/>' }),
      documentWith({
        'docMetadata/LabelInfo.xml': labelInfo([]),
        'docmetadata/labelinfo.xml': labelInfo([{ id: one, tenant }]),
      }),
      documentWith({ 'docProps/custom.xml': 'x'.repeat(5 * 1024 * 1024) }),
    ]
    for (const bytes of damaged) expect((await read(bytes)).fault).toMatch(/cannot read the labels of the document/)
  })

  test('never throws, whichever bytes of a document were changed', async () => {
    const whole = documentWith({
      'docProps/custom.xml': customProperties(msip(one, { Enabled: 'true', SiteId: tenant })),
    })
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(40), async (at, by, cut) => {
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(at) ^ by, at)
        const { found, fault } = await read(bytes.subarray(0, bytes.length - (cut > 30 ? cut : 0)))
        expect(found.length === 0 || fault === null).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
