// What the command line makes of labels that documents carry, and of what they mean.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { customProperties, documentWith, labelInfo } from '../documents/testing.ts'
import { inspectFile } from '../tdf/index.ts'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
})
beforeEach(async () => {
  machine = await signedInMachine(gate)
})
afterEach(() => {
  gate.once.clear()
  gate.files.clear()
  gate.meanings.clear()
  gate.documents.length = 0
  gate.changes.length = 0
})
afterAll(() => gate.close())

const tenant = '11111111-2222-4333-8444-555555555555'
const guid = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
const outside = `microsoft:${tenant}/${guid}`
const itar = { fqn: 'https://aldebaran.example/attr/jurisdiction/value/itar', title: 'ITAR technical data' }
const at = (name: string) => join(machine.workingFolder, name)
const answer = (path: string, body: unknown) => gate.once.set(path, { status: 200, body: JSON.stringify(body) })
const knowItar = () =>
  answer('/labels', {
    labels: [
      {
        ...itar,
        dimension: 'jurisdiction',
        value: 'itar',
        classifiedBy: sampleIds.ada,
        basis: 'CJ',
        record: null,
        reads: 'itar',
      },
    ],
    next: null,
  })
const protect = (...more: string[]) => machine.run(['file', 'protect', 'notes.docx', '--vault', 'falcon', ...more])

describe('sallyport file protect, of an Office document', () => {
  test('seals it under what its labels mean, and says so', async () => {
    await writeFile(at('notes.docx'), documentWith({ 'docMetadata/LabelInfo.xml': labelInfo([{ id: guid, tenant }]) }))
    gate.meanings.set(outside, itar)
    const { exit, err } = await protect()
    expect({ exit, documents: gate.documents }).toEqual({
      exit: 0,
      documents: [{ found: [{ outside, isOn: true }], isUnreadable: false, less: null }],
    })
    expect(err).toContain(
      'notes.docx says more of itself than the vault does, and is sealed under: ITAR technical data.',
    )
    const [stored] = gate.files.values()
    await writeFile(at('sealed.tdf'), stored?.content ?? '')
    expect((await inspectFile(at('sealed.tdf'))).policy.labels.map(({ fqn }) => fqn)).toContain(itar.fqn)
  })

  test('seals it under less with a reason alone, which goes along', async () => {
    await writeFile(at('notes.docx'), documentWith({ 'docMetadata/LabelInfo.xml': '<labelList><label' }))
    const refused = await protect()
    expect(refused.exit).toBe(1)
    expect(refused.out).toContain('--less-than-document')
    expect(gate.documents).toEqual([])
    expect((await protect('--less-than-document', 'a template')).exit).toBe(0)
    expect(gate.documents).toEqual([{ found: [], isUnreadable: true, less: 'a template' }])
  })

  test('says nothing of one that carries none', async () => {
    await writeFile(at('notes.docx'), documentWith({}))
    expect(await protect()).toMatchObject({ exit: 0, err: '' })
    expect(gate.documents).toEqual([null])
  })
})

describe('sallyport label map', () => {
  test('reads labels out of a document, and says which of them stop', async () => {
    const properties = { [`MSIP_Label_${guid}_Enabled`]: 'true', [`MSIP_Label_${guid}_SiteId`]: tenant }
    await writeFile(at('notes.docx'), documentWith({ 'docProps/custom.xml': customProperties(properties) }))
    await machine.run(['label', 'map', 'read', 'notes.docx', 'google:a/b/c'])
    const found = [
      { outside, isOn: true },
      { outside: 'google:a/b/c', isOn: true },
    ]
    expect(gate.changes).toEqual([{ found }])
    answer('/label-mappings/reading', {
      read: [
        { ...found[0], state: 'mapped', labels: [itar.fqn] },
        { ...found[1], state: 'unknown', labels: [] },
      ],
    })
    const { exit, out } = await machine.run(['label', 'map', 'read', 'notes.docx', 'google:a/b/c'])
    expect(exit).toBe(0)
    expect(out).toMatch(/mapped +.*jurisdiction\/itar[^]*unknown: nobody said what it means/)
    await writeFile(at('damaged.docx'), documentWith({ 'docProps/custom.xml': '<Properties>' }))
    expect((await machine.run(['label', 'map', 'read', 'damaged.docx'])).exit).toBe(1)
  })

  test('writes what a document carries, key by key', async () => {
    knowItar()
    answer('/label-mappings/writing', { outside: [outside] })
    const argv = ['label', 'map', 'write', 'microsoft', '--scope', tenant, '--labels', 'jurisdiction/itar', '--json']
    const { exit, out } = await machine.run(argv, { now: () => Date.UTC(2026, 10, 24) })
    expect({ exit, out: JSON.parse(out) as unknown }).toEqual({
      exit: 0,
      out: {
        outside: [outside],
        metadata: {
          [`MSIP_Label_${guid}_Enabled`]: 'true',
          [`MSIP_Label_${guid}_SiteId`]: tenant,
          [`MSIP_Label_${guid}_Method`]: 'Privileged',
          [`MSIP_Label_${guid}_SetDate`]: '2026-11-24T00:00:00Z',
          [`MSIP_Label_${guid}_ContentBits`]: '0',
        },
      },
    })
    expect((await machine.run(['label', 'map', 'write', 'purview', '--scope', 'x', '--labels', 'y'])).exit).toBe(1)
  })

  test('lists, and asks for or makes a change', async () => {
    const mapping = {
      outside,
      version: 1,
      labels: [itar.fqn],
      basis: 'ticket',
      changedBy: sampleIds.ada,
      approvedBy: [],
    }
    answer('/label-mappings', { mappings: [mapping] })
    expect((await machine.run(['label', 'map', 'list'])).out).toContain('jurisdiction/itar')
    knowItar()
    await machine.run(['label', 'map', 'set', outside, '--labels', 'jurisdiction/itar', '--basis', 'ticket'])
    await machine.run(['label', 'map', 'remove', outside, '--basis', 'retired'])
    expect(gate.changes).toEqual([
      { outside, labels: [itar.fqn], basis: 'ticket' },
      { outside, labels: null, basis: 'retired' },
    ])
  })
})
