// The sensitivity labels of an Office document. Two parts hold them: custom properties, and the newer list of labels, which is the truth
// where both stand. SPEC: MS-OI29500 3.4.1.5 (docMetadata/LabelInfo.xml); MSIP_Label_<label>_<attribute> of docProps/custom.xml.

import { Problem } from '@sallyport/protocol'
import { parseOutside, type FoundOutside } from '@sallyport/protocol/markings'
import { SaxesParser } from 'saxes'
import { damaged, openOffice, type OfficePackage } from './office-package.ts'

export interface DocumentLabels {
  /** Labels with whether they are switched on, each once. */
  readonly found: readonly FoundOutside[]
  /** Why labels of the document cannot be read; null for a document that was read, and for a file that is none. */
  readonly fault: string | null
}

const relationships = {
  custom: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties',
  labels: 'http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels',
} as const
const usual = { custom: 'docProps/custom.xml', labels: 'docMetadata/LabelInfo.xml' } as const

/** Read what a file on disk says. ATTACKER: every byte of it; what is wrong with it is a fault and never a crash. */
export async function readDocument(path: string): Promise<DocumentLabels> {
  try {
    const office = await openOffice(path)
    if (office === null) return { found: [], fault: null }
    try {
      return { found: await labelsIn(office), fault: null }
    } finally {
      await office.close()
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { found: [], fault: error.message }
  }
}

async function labelsIn(office: OfficePackage): Promise<readonly FoundOutside[]> {
  const named = await targets(office)
  const newer = await office.part(named.labels ?? usual.labels)
  if (newer !== null) return ofLabelInfo(newer)
  const older = await office.part(named.custom ?? usual.custom)
  return older === null ? [] : ofProperties(older)
}

async function targets(office: OfficePackage): Promise<{ custom?: string; labels?: string }> {
  const text = await office.part('_rels/.rels')
  const found: { custom?: string; labels?: string } = {}
  if (text === null) return found
  readXml(text, (name, attribute) => {
    if (name !== 'Relationship') return
    for (const kind of ['custom', 'labels'] as const) {
      if (attribute('Type') === relationships[kind]) found[kind] = (attribute('Target') ?? '').replace(/^\//, '')
    }
  })
  return found
}

function ofLabelInfo(text: string): readonly FoundOutside[] {
  const found: FoundOutside[] = []
  readXml(text, (name, attribute) => {
    if (name !== 'label') return
    const [label, tenant] = [attribute('id'), attribute('siteId')].map(bareGuid)
    const isOn = isTrue(attribute('enabled') ?? '1') && !isTrue(attribute('removed') ?? '0')
    found.push({ outside: outsideOf(tenant, label), isOn })
  })
  return once(found)
}

function ofProperties(text: string): readonly FoundOutside[] {
  const values = new Map<string, Map<string, string>>()
  let at: { label: string; attribute: string } | null = null
  readXml(
    text,
    (name, attribute) => {
      if (name !== 'property') return
      const [, label, key] = /^MSIP_Label_([0-9a-f-]{36})_(\w+)$/i.exec(attribute('name') ?? '') ?? []
      at = label === undefined || key === undefined ? null : { label: label.toLowerCase(), attribute: key }
    },
    (piece) => {
      if (at === null) return
      const of = values.get(at.label) ?? new Map<string, string>()
      of.set(at.attribute, `${of.get(at.attribute) ?? ''}${piece}`.slice(0, 1000))
      values.set(at.label, of)
    },
  )
  // Enabled is mandatory: where it is missing, the label is taken for one that holds.
  return once(
    [...values].map(([label, of]) => ({
      outside: outsideOf(bareGuid(of.get('SiteId') ?? null), label),
      isOn: isTrue(of.get('Enabled') ?? 'true'),
    })),
  )
}

/** A label without a tenant that can be read is nobody's, and unknown to every register. */
function outsideOf(tenant: string | undefined, label: string | undefined): string {
  const text = `microsoft:${tenant ?? ''}/${label ?? ''}`.slice(0, 200)
  return parseOutside(text)?.id ?? text
}

function once(found: readonly FoundOutside[]): readonly FoundOutside[] {
  const all = new Map<string, FoundOutside>()
  for (const one of found) all.set(one.outside, { ...one, isOn: one.isOn || all.get(one.outside)?.isOn === true })
  return [...all.values()].slice(0, 50)
}

function bareGuid(text: string | null): string {
  return (text ?? '')
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase()
}

function isTrue(text: string): boolean {
  return /^(1|true)$/i.test(text.trim())
}

type Open = (name: string, attribute: (name: string) => string | null) => void

/** Read XML to its end; prefixes are dropped. A document type is refused before it could define an entity. */
function readXml(text: string, open: Open, piece: (text: string) => void = () => undefined): void {
  const parser = new SaxesParser({ xmlns: false, position: false })
  parser.on('doctype', () => {
    throw damaged('a part has a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    open(bareName(name), (wanted) => Object.entries(attributes).find(([one]) => bareName(one) === wanted)?.[1] ?? null)
  })
  parser.on('text', (some) => piece(some.trim()))
  parser.on('cdata', piece)
  parser.on('error', (cause) => {
    throw damaged('a part is not well-formed', cause)
  })
  parser.write(text).close()
}

function bareName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
