// Office documents with labels, for tests: a ZIP file as Office writes one.

import { crc32, deflateRawSync } from 'node:zlib'

/** Pack parts into a ZIP file. */
export function zipOf(parts: Readonly<Record<string, string>>): Buffer {
  const [local, directory]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [name, text] of Object.entries(parts)) {
    const [bytes, nameBytes] = [Buffer.from(text), Buffer.from(name)]
    const packed = deflateRawSync(bytes)
    const facts = Buffer.alloc(22)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(bytes), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(bytes.length, 18)
    const lengths = Buffer.alloc(4)
    lengths.writeUInt16LE(nameBytes.length, 0)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    const head = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, lengths, nameBytes, packed])
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.alloc(2), facts, lengths, rest, nameBytes]))
    local.push(head)
    at += head.length
  }
  const records = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(records.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, records, end])
}

/** A document with these further parts. */
export function documentWith(parts: Readonly<Record<string, string>>): Buffer {
  return zipOf({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'word/document.xml': '<document/>',
    ...parts,
  })
}

/** `docMetadata/LabelInfo.xml` of labels. */
export function labelInfo(
  labels: readonly {
    readonly id: string
    readonly tenant: string
    readonly enabled?: string
    readonly removed?: string
  }[],
): string {
  const each = labels.map(
    ({ id, tenant, enabled = '1', removed = '0' }) =>
      `<clbl:label id="{${id}}" enabled="${enabled}" method="Privileged" siteId="{${tenant}}" contentBits="0" removed="${removed}"/>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?><clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata">${each.join('')}</clbl:labelList>`
}

/** `docProps/custom.xml` of properties. */
export function customProperties(properties: Readonly<Record<string, string>>): string {
  const each = Object.entries(properties).map(
    ([name, value], n) =>
      `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="${n + 2}" name="${name}"><vt:lpwstr>${value}</vt:lpwstr></property>`,
  )
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">${each.join('')}</Properties>`
}
