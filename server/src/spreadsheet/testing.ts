// For tests only: workbooks as Excel writes them, and as somebody hostile would.

import { utf8 } from '@sallyport/protocol'
import { readSpreadsheet } from './index.ts'
import { writeZip } from './zip.ts'

/** Every row of the only sheet, which must be without faults. */
export async function tableOf(bytes: Uint8Array): Promise<readonly (readonly string[])[]> {
  const { sheets } = await readSpreadsheet(bytes)
  const [sheet] = sheets
  if (sheet === undefined || sheet.faults.length > 0) throw new Error(`a sheet with faults: ${JSON.stringify(sheet)}`)
  return sheet.rows.map(({ cells }) => cells)
}

/** A workbook around the rows of one sheet, with the parts and prefixes that other programs write. */
export async function workbookOf(
  rows: string,
  more: { state?: string; afterData?: string; parts?: Readonly<Record<string, string>> } = {},
): Promise<Uint8Array> {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const parts: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${relation}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<x:workbook xmlns:x="${main}" xmlns:d3p1="${relation}"><x:sheets><x:sheet name="people" sheetId="1" state="${more.state ?? 'visible'}" d3p1:id="s"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="s" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="${relation}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="${relation}/styles" Target="styles.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}"><si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t>ch</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si></sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd&quot; at &quot;hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData>${more.afterData ?? ''}</worksheet>`,
    ...more.parts,
  }
  return await writeZip(Object.entries(parts).map(([name, xml]) => ({ name, bytes: utf8(xml) })))
}
