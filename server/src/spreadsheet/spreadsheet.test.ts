import { existsSync, readFileSync } from 'node:fs'
import { Problem, utf8 } from '@sallyport/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSpreadsheet, writeCsv, writeXlsx } from './index.ts'
import { tableOf, workbookOf } from './testing.ts'

const problem = async (bytes: Uint8Array, limits = {}): Promise<string> => {
  try {
    await readSpreadsheet(bytes, limits)
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
  return 'no problem'
}

// Whatever somebody could type or paste, and what spreadsheets take for something else.
const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", "''", '"', '＝', '_x0041_', ' '), fc.string())
    .map(([start, rest]) => start + rest),
)
const table = fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 8 })

/** Cells that are empty at the end of a row, and rows without text, are no part of a sheet. */
function trimmed(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((cells) => cells.slice(0, cells.findLastIndex((text) => text !== '') + 1))
}

describe('readSpreadsheet() and what was written', () => {
  it('takes CSV back cell by cell, whatever its text begins with', async () => {
    await fc.assert(
      fc.asyncProperty(
        table.filter((rows) => rows.flat().every((text) => text.isWellFormed() && !text.includes('\0'))),
        async (rows) => {
          // A heading fixes the separator, as every file that is written here has one.
          const whole = [['a', 'b', 'c'], ...rows]
          expect(await tableOf(writeCsv(whole))).toEqual(trimmed(whole).filter((cells) => cells.length > 0))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('takes XLSX back cell by cell, controls and lone surrogates too', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        expect(await tableOf(await writeXlsx('people', rows))).toEqual(
          trimmed(rows).filter((cells) => cells.length > 0),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('keeps text that would be a formula as text in both', async () => {
    const rows = [['name'], ['=HYPERLINK("http://x","y")'], ['+1 555'], ['-2+3'], ['@SUM(A1)'], ['\t=1'], ["'=1"]]
    const csv = Buffer.from(writeCsv(rows)).toString()
    for (const line of csv.split('\r\n').slice(1, -1)) expect(line).toMatch(/^"?'/)
    expect(await tableOf(writeCsv(rows))).toEqual(rows)
    const sheet = Buffer.from(await writeXlsx('people', rows))
    expect(await tableOf(sheet)).toEqual(rows)
  })
})

describe('readSpreadsheet() CSV', () => {
  it('finds the separator: comma, semicolon, tab, or the one that the first line names', async () => {
    for (const separator of [',', ';', '\t']) {
      expect(await tableOf(utf8(`id${separator}name\r\n7${separator}"Doe, Jane; Dr."\n`))).toEqual([
        ['id', 'name'],
        ['7', 'Doe, Jane; Dr.'],
      ])
    }
    const named = await readSpreadsheet(utf8('\ufeffsep=;\r\na,b;c\r\n'))
    expect(named.sheets[0]?.rows).toEqual([{ row: 2, cells: ['a,b', 'c'] }])
  })

  it('keeps quotes, lines within cells and the numbers of rows', async () => {
    const { sheets } = await readSpreadsheet(utf8('a,b\r\n\r\n"say ""hi""","two\r\nlines"\r\n'))
    expect(sheets[0]?.rows[1]).toEqual({ row: 3, cells: ['say "hi"', 'two\r\nlines'] })
  })

  it('refuses UTF-16, other encodings and zero bytes, and says what it wants', async () => {
    expect(await problem(Buffer.from('\ufeffa;b', 'utf16le'))).toContain('UTF-16, want UTF-8 (in Excel: "CSV UTF-8")')
    expect(await problem(Buffer.from('a;b', 'utf16le'))).toContain('zero bytes')
    expect(await problem(Uint8Array.of(0x61, 0x2c, 0xe9, 0x0a))).toContain('not in UTF-8')
  })

  it('refuses quotes that do not end or stand inside, naming the cell', async () => {
    expect(await problem(utf8('a,b\n1,"x'))).toContain('the quotes of B2 do not end')
    expect(await problem(utf8('a,b\n1,x"y'))).toContain('a quote stands inside of B2')
    expect(await problem(utf8('a,b\n"1"2,x'))).toContain('text follows the quotes of A2')
  })

  it('takes 100,000 rows and refuses the one after, too many columns and too long a cell', async () => {
    const many = utf8('id\n' + 'x\n'.repeat(100_000))
    expect((await readSpreadsheet(many)).sheets[0]?.rows).toHaveLength(100_001)
    expect(await problem(utf8('id\n' + 'x\n'.repeat(100_001)))).toContain('goes on after row 100001')
    expect(await problem(utf8(','.repeat(256) + 'x'))).toContain('at most 256 columns')
    const { sheets } = await readSpreadsheet(utf8(`a\n${'x'.repeat(40_000)}\n`))
    expect(sheets[0]?.faults).toEqual([
      { sheet: 'CSV', row: 2, column: 'A', text: 'the text has 40000 characters, want at most 32767' },
    ])
    expect(await problem(utf8('a'), { fileBytes: 0 })).toContain('the file has 1 bytes')
  })
})

describe('readSpreadsheet() XLSX', () => {
  const texts = async (xml: string, more = {}) => (await readSpreadsheet(await workbookOf(xml, more))).sheets[0]

  it('reads shared, rich and inline text, numbers, booleans and dates', async () => {
    const sheet = await texts(
      `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="inlineStr"><is><t>in_x0041_</t></is></c></row>
       <row r="3"><c r="A3"><v>4711</v></c><c r="B3"><v>1.0E2</v></c><c r="C3" t="b"><v>1</v></c><c r="D3" s="1"><v>45992</v></c>
         <c r="E3" s="2"><v>45992.5</v></c><c r="F3" t="d"><v>2026-01-02</v></c><c r="G3" s="1"/></row>`,
    )
    expect(sheet?.rows).toEqual([
      { row: 1, cells: ['plain', 'rich', 'inA'] },
      { row: 3, cells: ['4711', '100', 'TRUE', '2025-12-01', '2025-12-01T12:00:00', '2026-01-02'] },
    ])
    expect(sheet?.faults).toEqual([])
  })

  it('names the cell of a formula, an error, a merge, a date that never was and a number that lost digits', async () => {
    const sheet = await texts(
      `<row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="e"><v>#REF!</v></c><c r="D2" s="1"><v>60</v></c>
         <c r="E2"><v>12345678901234567890</v></c><c r="F2" t="s"><v>99</v></c></row>`,
      { afterData: '<mergeCells count="1"><mergeCell ref="A4:B5"/></mergeCells>' },
    )
    expect(sheet?.rows).toEqual([])
    expect(sheet?.faults.map(({ row, column, text }) => `${column}${row} ${text}`)).toEqual([
      'B2 it holds a formula, want its value',
      'C2 it shows the error #REF!, want a value',
      'D2 it is no date that there is',
      'E2 the number has more digits than a spreadsheet keeps, want it as text',
      'F2 it refers to a text that is not there',
      'A4 it is merged (A4:B5), want each cell for itself',
    ])
  })

  it('does not read hidden sheets, and names them', async () => {
    const found = await readSpreadsheet(await workbookOf('<row><c><v>1</v></c></row>', { state: 'veryHidden' }))
    expect(found).toEqual({ sheets: [], hiddenSheets: ['people'] })
  })

  it('refuses macros, links to other files, document types, passwords and what is no workbook', async () => {
    const row = '<row/>'
    expect(await problem(await workbookOf(row, { parts: { 'xl/vbaProject.bin': 'x' } }))).toContain('it holds macros')
    expect(await problem(await workbookOf(row, { parts: { 'xl/externalLinks/externalLink1.xml': '<x/>' } }))).toContain(
      'it takes values from other files',
    )
    const laughs = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>'
    expect(await problem(await workbookOf(row, { parts: { 'xl/worksheets/sheet1.xml': laughs } }))).toContain(
      'has a document type',
    )
    expect(await problem(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1))).toContain(
      'it is encrypted or of an Excel before',
    )
    expect(await problem(utf8('PK\x03\x04 and no more'))).toContain('does not end like one')
    expect(await problem(await workbookOf('<row r="2"/><row r="2"/>'))).toContain('out of order')
    expect(await problem(await workbookOf('<row><c r="B1"><v>1</v></c><c r="B1"/></row>'))).toContain('out of order')
    expect(await problem(await workbookOf('<row><c></row>'))).toContain('not well-formed')
  })

  it('refuses what unpacks to too much, by what it says and by what it does', async () => {
    const bomb = await workbookOf(`<row/>${' '.repeat(3_000_000)}`)
    expect(bomb.length).toBeLessThan(20_000)
    expect(await problem(bomb, { unpackedBytes: 1_000_000 })).toContain('it unpacks to too much')
    const lying = Uint8Array.from(bomb)
    const view = new DataView(lying.buffer)
    // The last record of the directory is the sheet: its size is made a hundred bytes.
    const record = Buffer.from(lying).lastIndexOf('PK\x01\x02')
    view.setUint32(record + 24, 100, true)
    expect(await problem(lying)).toContain('unpacks to more than it says')
    expect(await problem(bomb, { parts: 3 })).toContain('at most 3')
  })

  it('refuses one long text that is shared by too many cells', async () => {
    const cells = Array.from({ length: 200 }, (_, at) => `<row><c t="s"><v>${at % 2}</v></c></row>`).join('')
    expect(await problem(await workbookOf(cells), { textLength: 500 })).toContain('there is too much text')
  })

  it('refuses every single damaged byte or reads the file as something whole', async () => {
    const whole = await writeXlsx('people', [
      ['id', 'name'],
      ['1', 'Ada'],
    ])
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const damaged = Uint8Array.from(whole)
        damaged[at] = (damaged[at] ?? 0) ^ by
        const outcome = await problem(damaged)
        expect(outcome === 'no problem' || outcome.startsWith('cannot read spreadsheet: ')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  // SALLYPORT_SAMPLE_WORKBOOK names a workbook that somebody else's program wrote; without it there is nothing to read.
  const samplePath = process.env['SALLYPORT_SAMPLE_WORKBOOK'] ?? ''
  it.each(existsSync(samplePath) ? [samplePath] : [])("reads a stranger's workbook %s", async (path) => {
    const { sheets } = await readSpreadsheet(readFileSync(path))
    expect(sheets.length).toBeGreaterThan(0)
    expect(sheets.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)).join('')).not.toBe('')
  })
})
