// A workbook: which sheets there are, who sees them, and what their cells refer to. SPEC: ECMA-376 part 1, 18.2, 18.4, 18.8.

import { showsDate } from './cell-value.ts'
import { readSheet, type SheetParts } from './read-sheet.ts'
import { unreadable, type Sheet, type Spreadsheet, type SpreadsheetLimits } from './sheet.ts'
import { readXml, unescapedText } from './xml.ts'
import { openZip, type PartReader } from './zip.ts'

export async function readXlsx(bytes: Uint8Array, limits: SpreadsheetLimits): Promise<Spreadsheet> {
  const parts = openZip(bytes, limits)
  refuseActive(parts.names)
  const main = (await relationsOf(parts, '')).find(({ type }) => type === 'officeDocument')?.target
  if (main === undefined) throw unreadable('it is a ZIP file without a workbook', 'an .xlsx')
  const workbook = await readWorkbook(parts, main)
  const relations = await relationsOf(parts, main)
  const partOf = (type: string) => relations.find((one) => one.type === type)?.target ?? null
  const common: SheetParts = {
    sharedTexts: await readSharedTexts(parts, partOf('sharedStrings')),
    dateStyles: await readDateStyles(parts, partOf('styles')),
    is1904: workbook.is1904,
    limits,
    tally: { cells: 0, textLength: 0 },
  }
  const sheets: Sheet[] = []
  for (const { name, relation } of workbook.sheets.filter(({ isHidden }) => !isHidden)) {
    const at = relations.find(({ id }) => id === relation)
    if (at?.type !== 'worksheet') continue
    sheets.push(await readSheet(await required(parts, at.target), name, common))
  }
  return { sheets, hiddenSheets: workbook.sheets.filter(({ isHidden }) => isHidden).map(({ name }) => name) }
}

/** ATTACKER: programs and values from elsewhere. Neither would run or be fetched here; whoever opens it next may be asked to. */
function refuseActive(names: readonly string[]): void {
  for (const name of names) {
    if (/vbaProject|macrosheets\/|activeX\//i.test(name)) throw unreadable('it holds macros', 'an .xlsx without them')
    if (/externalLinks\/|connections\.xml$|queryTables\//i.test(name)) {
      throw unreadable('it takes values from other files', 'one that holds its own values')
    }
    if (/\.bin$/i.test(name) && /^xl\/workbook/i.test(name)) throw unreadable('it is an .xlsb', 'an .xlsx')
  }
}

interface Relation {
  readonly id: string
  /** Last segment of the relation's type. */
  readonly type: string
  readonly target: string
}

async function relationsOf(parts: PartReader, part: string): Promise<readonly Relation[]> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const path = `${folder}_rels/${part.slice(folder.length)}.rels`
  const bytes = await parts.read(path)
  const relations: Relation[] = []
  if (bytes === null) return relations
  await readXml(bytes, path, {
    open(at, attribute) {
      if (at !== '/Relationships/Relationship' || attribute('TargetMode') === 'External') return
      const type = attribute('Type') ?? ''
      const target = decoded(URL.parse(attribute('Target') ?? '', `zip:///${folder}`)?.pathname ?? '').slice(1)
      relations.push({ id: attribute('Id') ?? '', type: type.slice(type.lastIndexOf('/') + 1), target })
    },
  })
  return relations
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function readWorkbook(parts: PartReader, path: string) {
  const sheets: { name: string; relation: string; isHidden: boolean }[] = []
  let is1904 = false
  await readXml(await required(parts, path), path, {
    open(at, attribute) {
      if (at === '/workbook/workbookPr') is1904 = isOn(attribute('date1904'))
      if (at !== '/workbook/sheets/sheet') return
      const name = unescapedText(attribute('name') ?? '')
      const relation = attribute('id') ?? ''
      sheets.push({ name, relation, isHidden: (attribute('state') ?? 'visible') !== 'visible' })
    },
  })
  return { sheets, is1904 }
}

async function readSharedTexts(parts: PartReader, path: string | null): Promise<readonly string[]> {
  const texts: string[] = []
  const bytes = path === null ? null : await parts.read(path)
  if (path === null || bytes === null) return texts
  let text = ''
  await readXml(bytes, path, {
    open(at) {
      if (at === '/sst/si') text = ''
    },
    // Not `rPh`: how something is said is no part of it.
    text(at, part) {
      if (at === '/sst/si/t' || at === '/sst/si/r/t') text += part
    },
    close(at) {
      if (at === '/sst/si') texts.push(unescapedText(text))
    },
  })
  return texts
}

async function readDateStyles(parts: PartReader, path: string | null): Promise<ReadonlySet<number>> {
  const dates = new Set<number>()
  const bytes = path === null ? null : await parts.read(path)
  if (path === null || bytes === null) return dates
  const codes = new Map<number, string>()
  let style = 0
  await readXml(bytes, path, {
    open(at, attribute) {
      if (at === '/styleSheet/numFmts/numFmt') {
        codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '')
      }
      if (at !== '/styleSheet/cellXfs/xf') return
      const format = Number(attribute('numFmtId') ?? '0')
      if (showsDate(format, codes.get(format) ?? null)) dates.add(style)
      style++
    },
  })
  return dates
}

async function required(parts: PartReader, path: string): Promise<Uint8Array> {
  const bytes = await parts.read(path)
  if (bytes === null) throw unreadable(`${path} is missing`, 'the file as it was saved')
  return bytes
}

function isOn(attribute: string | null): boolean {
  return attribute === '1' || attribute === 'true'
}
