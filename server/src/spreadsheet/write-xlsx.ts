// A workbook of one sheet, all of its cells text by type and by format, so that nothing in it can become a formula, not even
// when somebody edits a cell. SPEC: ECMA-376 part 1, 18.3.1 and part 2.

import { utf8 } from '@sallyport/protocol'
import { columnName } from './sheet.ts'
import { escapedAttribute, escapedText } from './xml.ts'
import { writeZip } from './zip.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Write rows as a workbook; the first row is the heading and stays in sight. */
export async function writeXlsx(sheetName: string, rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const parts = [
    ['[Content_Types].xml', contentTypes],
    ['_rels/.rels', relationships([['rId1', 'officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbook(sheetName)],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
        ['rId2', 'styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', styles],
    ['xl/worksheets/sheet1.xml', worksheet(rows)],
  ] as const
  return await writeZip(parts.map(([name, xml]) => ({ name, bytes: utf8(declaration + xml) })))
}

const contentTypes =
  `<Types xmlns="${packages}/content-types">` +
  `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
  `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/>` +
  `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/></Types>`

function relationships(all: readonly (readonly [id: string, type: string, target: string])[]): string {
  const each = all.map(([id, type, at]) => `<Relationship Id="${id}" Type="${relations}/${type}" Target="${at}"/>`)
  return `<Relationships xmlns="${packages}/relationships">${each.join('')}</Relationships>`
}

function workbook(sheetName: string): string {
  const sheet = `<sheet name="${escapedAttribute(sheetName)}" sheetId="1" r:id="rId1"/>`
  return `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheet}</sheets></workbook>`
}

// Styles 0 (plain) and 1 (heading); number format 49 is text.
const styles =
  `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  `<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
  `<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
  `<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
  `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
  `<cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
  `<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`

const maxWidth = 60

function worksheet(rows: readonly (readonly string[])[]): string {
  const frozen =
    '<sheetViews><sheetView workbookViewId="0">' +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
  const widths: number[] = []
  for (const cells of rows) {
    for (const [at, text] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, Math.min(text.length, maxWidth))
  }
  const cols = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width + 2}" customWidth="1"/>`)
  const columns = cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`
  const data = rows.map((cells, at) => row(cells, at + 1)).join('')
  return `<worksheet xmlns="${main}">${frozen}${columns}<sheetData>${data}</sheetData></worksheet>`
}

function row(cells: readonly string[], number: number): string {
  const style = number === 1 ? 1 : 0
  const written = cells.map((text, at) =>
    text === ''
      ? ''
      : `<c r="${columnName(at)}${number}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapedText(text)}</t></is></c>`,
  )
  return `<row r="${number}">${written.join('')}</row>`
}
