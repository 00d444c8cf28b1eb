import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Id } from '@sallyport/protocol'
import type { LedgerEntry } from '@sallyport/protocol/ledger'
import { completenessOf, packetFormat, type PacketStatement } from '@sallyport/protocol/packet'
import { describe, expect, test } from 'vitest'
import { openSummary } from './summary.ts'
import { writeReport } from './report.ts'

const exec = promisify(execFile)
const hasPoppler =
  spawnSync('pdftotext', ['-v']).error === undefined || process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined

const mara = '01890a5d-ac96-774b-bcce-b302099a9001' as Id<'person'>
const file = '01890a5d-ac96-774b-bcce-b302099a8000'

function statement(entries: number, names: PacketStatement['names']): PacketStatement {
  const selection = { first: 0, end: 9999, filter: { anyOf: [file] }, entries, edges: { before: false, after: false } }
  return {
    format: packetFormat,
    madeAt: '2026-11-29T12:00:00.000Z',
    question: {
      kind: 'file',
      id: file,
      name: 'bracket.stp',
      from: null,
      to: null,
      purpose: 'annual audit',
      askedBy: { id: mara, name: names.people[mara] ?? '' },
      decisionId: file,
    },
    selection,
    completeness: completenessOf(selection, 9999),
    ledger: {
      origin: 'ledger.example.com',
      checkpoint: 'ledger.example.com\n9999\nroot\n',
      keys: ['k'],
      receiptKey: 'k',
    },
    names,
    sealedEntries: 2,
    policies: [{ digest: 'ab'.repeat(32), schema: 'policies/s', policies: `policies/${'ab'.repeat(32)}.cedar` }],
    legalData: { digest: 'cd'.repeat(32), asOf: '2025-11-07', part: 'legal/legal-data.json', isWhole: true },
    timestamps: null,
    parts: [],
  }
}

function entry(n: number): LedgerEntry {
  const isPermit = n % 3 !== 2
  return {
    id: file as Id<'entry'>,
    atMs: Date.UTC(2026, 10, 1) + n * 1000,
    kind: isPermit ? 'decision.permit' : 'decision.deny',
    actor: mara,
    about: { kind: 'file', id: file },
    body: {
      action: 'file.open',
      reliance: isPermit ? { number: 'TA-0042-26' } : null,
      reasons: isPermit ? [] : ['need-to-know'],
    },
    salt: '',
  }
}

async function report(entries: number, name: string): Promise<Buffer> {
  const names = { people: { [mara]: name }, files: { [file]: 'falcon/bracket.stp' }, authorizations: {} }
  const summary = openSummary()
  for (let n = 0; n < entries; n++) summary.see(n, entry(n))
  const pieces: Uint8Array[] = []
  const matter = { statement: statement(entries, names), size: 9999, stamped: [], ...summary.tell(names) }
  for await (const piece of await writeReport(matter)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function read(pdf: Buffer, ...options: readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'sallyport-report-')), 'report.pdf')
  await writeFile(path, pdf)
  return (await exec('pdftotext', [...options, path, '-'], { maxBuffer: 64 * 1024 * 1024 })).stdout
}

describe('writeReport()', () => {
  test('gives the same bytes for the same matter', async () => {
    expect((await report(30, 'Mára')).equals(await report(30, 'Mára'))).toBe(true)
    expect((await report(30, 'Mára')).equals(await report(30, 'Mara'))).toBe(false)
  })

  test.skipIf(!hasPoppler)('says what was asked, what was found, and how to verify it (poppler-utils)', async () => {
    const text = (await read(await report(30, 'Mára Łukasiewicz'), '-layout')).replace(/\s+/g, ' ')
    for (const said of [
      'Everything that names this file: bracket.stp',
      'annual audit',
      'Mára Łukasiewicz',
      '30 entries: 20 acts permitted, 10 acts refused, 0 other entries.',
      '2 entries keep a personal part sealed',
      'What rests on the word of the gate',
      'sallyport ledger verify packet',
      'TA-0042-26',
      'need-to-know',
      'falcon/bracket.stp',
      '22 CFR 126.1',
      'page 2 of',
    ]) {
      expect(text).toContain(said)
    }
  })

  test.skipIf(!hasPoppler)('says in plain words who acted where nobody of the roster did', async () => {
    const founded = { actor: null, about: { kind: 'person', id: mara } }
    const all: readonly (readonly [Partial<LedgerEntry>, string])[] = [
      [{ ...founded, kind: 'person.added', body: { ceremony: 'Test works' } }, 'the founders'],
      [{ ...founded, kind: 'founding.code-refused', body: { ceremony: 'Test works' } }, 'somebody with a wrong code'],
      [{ ...founded, kind: 'decision.deny', body: { action: 'file.open', reasons: [] } }, 'nobody on the roster'],
      [{ ...founded, kind: 'release.refused', body: {} }, 'nobody on the roster'],
      [{ ...founded, kind: 'backup.restored', body: {} }, 'an administrator'],
      [{ ...founded, kind: 'receipt.lost', body: {} }, 'whoever holds the receipt'],
      [{ ...founded, kind: 'checkpoint.stamped', body: {} }, 'the gate itself'],
      [{ kind: 'person.added', body: { ceremony: 'Test works' } }, 'Mára'],
    ]
    const names = { people: { [mara]: 'Mára' }, files: {}, authorizations: {} }
    const summary = openSummary()
    for (const [n, [change]] of all.entries()) summary.see(n, { ...entry(n), ...change })
    const told = summary.tell(names)
    expect(told.listed.map(({ who }) => who)).toEqual(all.map(([, who]) => who))
    const pieces: Uint8Array[] = []
    const matter = { statement: statement(all.length, names), size: 9999, stamped: [], ...told }
    for await (const piece of await writeReport(matter)) pieces.push(piece)
    const text = (await read(Buffer.concat(pieces), '-layout')).replace(/\s+/g, ' ')
    expect(text).toContain('The founders acted in the ceremony that founded the enclave')
    expect((await read(await report(30, 'Mára'))).replace(/\s+/g, ' ')).not.toContain('The founders acted')
  })

  test.skipIf(!hasPoppler)('lists the timestamps of an authority, and says whom one trusts for them', async () => {
    const names = { people: {}, files: {}, authorizations: {} }
    const summary = openSummary()
    summary.see(0, entry(0))
    const stamped = Array.from({ length: 50 }, (_, n) => ({ size: 10 * n + 10, atMs: Date.UTC(2026, 10, 1 + n) }))
    const pieces: Uint8Array[] = []
    const matter = { statement: statement(1, names), size: 9999, stamped, ...summary.tell(names) }
    for await (const piece of await writeReport(matter)) pieces.push(piece)
    const text = (await read(Buffer.concat(pieces), '-layout')).replace(/\s+/g, ' ')
    for (const said of [
      'When it was there, by the word of an authority',
      'trusts this authority',
      'Entries from position 500 on have no timestamp.',
      '0 to 9 2026-11-01 00:00:00 timestamps/10.tsr',
      'The first 40 of 50.',
    ]) {
      expect(text).toContain(said)
    }
  })

  test.skipIf(!hasPoppler)(
    'keeps every word on the page, however long names are, and lists no more than is read',
    async () => {
      const name = `${'Wolfeschlegelsteinhausenbergerdorff'.repeat(6)} ${'x '.repeat(300)}`
      const boxes = await read(await report(1500, name), '-bbox')
      const words = [...boxes.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)]
      expect(words.length).toBeGreaterThan(5000)
      const outside = words.filter(
        ([, left, top, right, below]) =>
          Number(left) < 40 || Number(top) < 40 || Number(right) > 612 - 40 || Number(below) > 792 - 30,
      )
      expect(outside.map(([word]) => word)).toEqual([])
      expect((await read(await report(1500, 'Mára'))).replace(/\s+/g, ' ')).toContain(
        'The first 1000 of 1500; all of them are in entries.jsonl.',
      )
    },
    120_000,
  )

  test.skipIf(!hasPoppler)('writes out what hides or reorders text, and what it has no glyph for', async () => {
    const text = await read(await report(3, 'Mára\u202etxt.exe 山'))
    expect(text).toContain('Mára\\u{202e}txt.exe \\u{5c71}')
  })
})
