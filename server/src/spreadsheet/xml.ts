// The XML inside of a workbook, told element by element. ATTACKER: every byte. A document type is refused before it could
// define an entity; prefixes are dropped, because writers choose their own.

import { setImmediate } from 'node:timers/promises'
import { SaxesParser } from 'saxes'
import { unreadable } from './sheet.ts'

export interface XmlEvents {
  /** `path` ends with the element that begins: `/worksheet/sheetData/row`. */
  readonly open?: (path: string, attribute: (name: string) => string | null) => void
  readonly text?: (path: string, text: string) => void
  readonly close?: (path: string) => void
}

const bytesAtOnce = 64 * 1024
const maxDepth = 64

/** Read a part to its end, giving way to others. Throws Problem `invalid-file` unless it is well-formed XML in UTF-8. */
export async function readXml(bytes: Uint8Array, name: string, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const paths: string[] = ['']
  const here = (): string => paths.at(-1) ?? ''
  parser.on('doctype', () => {
    throw unreadable(`${name} has a document type`, 'none')
  })
  parser.on('opentag', ({ name: element, attributes }) => {
    if (paths.length > maxDepth) throw unreadable(`${name} is nested too deep`, `at most ${maxDepth} levels`)
    paths.push(`${here()}/${withoutPrefix(element)}`)
    events.open?.(here(), (wanted) => attributeOf(attributes, wanted))
  })
  parser.on('text', (text) => events.text?.(here(), text))
  parser.on('cdata', (text) => events.text?.(here(), text))
  parser.on('closetag', () => {
    events.close?.(here())
    paths.pop()
  })
  parser.on('error', (cause) => {
    throw unreadable(`${name} is not well-formed`, 'the file as it was saved', cause)
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (part: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(part, { stream })
    } catch (cause) {
      throw unreadable(`${name} is not in UTF-8`, 'UTF-8', cause)
    }
  }
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    parser.write(decoded(bytes.subarray(at, at + bytesAtOnce), true))
    await setImmediate()
  }
  parser.write(decoded(new Uint8Array(), false))
  parser.close()
}

function attributeOf(attributes: Readonly<Record<string, string>>, wanted: string): string | null {
  if (Object.hasOwn(attributes, wanted)) return attributes[wanted] ?? null
  const prefixed = Object.keys(attributes).find((name) => name.includes(':') && withoutPrefix(name) === wanted)
  return prefixed === undefined ? null : (attributes[prefixed] ?? null)
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

// SPEC: ECMA-376 part 1, 22.9.2.19 (ST_Xstring): what XML cannot hold stands as _xHHHH_.

export function unescapedText(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

export function escapedText(text: string): string {
  return escapedAttribute(
    text
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
      // What XML 1.0 has no letter for, and \r, which it would read as \n.
      // oxlint-disable-next-line no-control-regex -- exactly these are meant
      .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Cs}/gu, (letter) => {
        return `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
      }),
  )
}

export function escapedAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
