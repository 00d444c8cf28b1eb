// Files of JSON that somebody wrote or saved: terms of authorizations, classifications, legal data.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type * as z from 'zod'
import type { Context } from './context.ts'

/**
 * Read a file of JSON, from the folder that the command was given in. A byte order mark before it, as editors of Windows write it, counts for
 * nothing. Throws Problem `invalid-request` for what is not JSON; `want` says what it should be.
 */
export async function readJsonFile({ environment }: Context, path: string, want: string): Promise<unknown> {
  const text = await readFile(resolve(environment.workingFolder, path), 'utf8')
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new Problem('invalid-request', `cannot read ${path}: it is not JSON, want ${want}`, { cause })
  }
}

/** The same of a shape: every field that is not right is named before anything is sent. */
export async function readShapedFile<S extends z.ZodType>(
  context: Context,
  path: string,
  { shape, want }: { readonly shape: S; readonly want: string },
): Promise<z.output<S>> {
  const read = shape.safeParse(await readJsonFile(context, path, want))
  if (read.success) return read.data
  const faults = read.error.issues.map(
    ({ path: at, message }) => `${at.map(String).join('.') || 'the whole'}: ${message}`,
  )
  throw new Problem(
    'invalid-request',
    `cannot read ${path}: ${faults.length} of its fields are not right (${faults.slice(0, 5).join('; ')}), want ${want}`,
    { details: { faults } },
  )
}
