// Writes the page that verifies evidence packets: one file, with its style and script inside and a policy that lets nothing else
// in. What it writes is kept in the repository, so that everybody has the same bytes; a test builds it again and compares.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { Script } from 'node:vm'

const folder = new URL('../protocol/src/packet/page/', import.meta.url)
/** Each after those that it imports. */
const modules = [
  'bytes',
  'archive',
  'signatures',
  'tree',
  'statement',
  'report',
  'entries',
  'der',
  'certificates',
  'timestamps',
  'check',
  'show',
]

/** Build the page from its parts. */
export function buildPacketPage(): string {
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
  const script = `'use strict';{\n${modules.map((name) => plainScript(read(`${name}.ts`))).join('')}}`
  // Compiled and not run: two modules that give one name to two things are found here.
  void new Script(script)
  const style = read('page.css')
  return read('page.html')
    .replace('{{script-hash}}', hashOf(script))
    .replace('{{style-hash}}', hashOf(style))
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`)
}

/** Take types, imports and exports off a module: all of them share one scope on the page. */
function plainScript(module: string): string {
  const script = stripTypeScriptTypes(module)
    .replace(/^import [^;]*? from '[^']+'\n/gm, '')
    .replace(/^export (async |class |const |function )/gm, '$1')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
  const left = /^(import|export)\b.*/m.exec(script) ?? /<\/script|<!--/i.exec(script)
  if (left !== null) throw new Error(`cannot build the page: ${left[0]} is left over`)
  return script
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (import.meta.main) writeFileSync(new URL('verify.html', folder), buildPacketPage())
