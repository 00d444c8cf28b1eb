// Edited policies on disk: one file of Cedar, or a folder of them with examples beside them.

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { policyExample, type PolicyExample } from '@sallyport/protocol/api'
import * as z from 'zod'

export interface EditedPolicies {
  readonly policyText: string
  readonly examples: readonly PolicyExample[]
  /** In which file a line of the text stands, and in which line of it. */
  readonly placeOf: (line: number) => string
}

/** Read `*.cedar` and `*.examples.json` of a folder, in the order of their names, or one file. Throws Problem `invalid-request`. */
export async function readPolicyFiles(path: string): Promise<EditedPolicies> {
  const isFolder = (await stat(path)).isDirectory()
  const all = isFolder ? (await readdir(path)).toSorted().map((name) => join(path, name)) : [path]
  const texts = await Promise.all(
    all
      .filter((one) => !isFolder || one.endsWith('.cedar'))
      .map(async (one) => ({ name: basename(one), text: await readFile(one, 'utf8') })),
  )
  if (texts.length === 0) {
    throw new Problem('invalid-request', `cannot read policies: ${path} holds no file that ends in .cedar`)
  }
  const starts = texts.map((_, at) => 1 + texts.slice(0, at).reduce((lines, { text }) => lines + linesOf(text), 0))
  const examples = await Promise.all(all.filter((one) => isFolder && one.endsWith('.examples.json')).map(readExamples))
  return {
    policyText: texts.map(({ text }) => text).join('\n'),
    examples: examples.flat(),
    placeOf: (line) => {
      const at = starts.findLastIndex((start) => start <= line)
      return `${texts[at]?.name ?? ''}:${line - (starts[at] ?? 1) + 1}`
    },
  }
}

// With the line break that joins it to the next one.
function linesOf(text: string): number {
  return text.split('\n').length
}

async function readExamples(path: string): Promise<readonly PolicyExample[]> {
  const refuse = (why: string) => new Problem('invalid-request', `cannot read ${basename(path)}: ${why}`)
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? 'it is no JSON' : String(error))
  }
  const parsed = z.array(policyExample).safeParse(json)
  if (parsed.success) return parsed.data
  const [found] = parsed.error.issues
  throw refuse(`${found?.path.join('.') ?? ''}: ${found?.message ?? 'it holds no examples'}`)
}
