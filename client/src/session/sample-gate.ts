// What a sample enclave leaves in its data folder for clients on the same machine: its address, and the authority that it is
// trusted by.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import * as z from 'zod'

/** Where a sample keeps its data unless it is told otherwise. */
export const sampleFolder = 'data/sample'

const left = z.object({ url: z.string(), ca: z.string() })

export interface SampleGate {
  readonly url: string
  /** Path of the authority's certificate. */
  readonly ca: string
}

/**
 * Find the sample enclave whose data folder is `data`, seen from `folder`; null where there is none. Throws Problem
 * `invalid-file` for a note that no sample left.
 */
export async function findSampleGate(folder: string, data: string = sampleFolder): Promise<SampleGate | null> {
  const path = resolve(folder, data, 'sample-gate.json')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const { url, ca } = left.parse(JSON.parse(text))
    return { url, ca: resolve(folder, ca) }
  } catch (cause) {
    throw new Problem('invalid-file', `cannot find the sample: ${path} is not what a sample leaves`, { cause })
  }
}
