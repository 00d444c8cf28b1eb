// What a fuzzed boundary promises, and how often it is tried.

import fc from 'fast-check'
import { Problem, type ProblemCode } from '@sallyport/protocol'
import { mutationsOf } from './mutate.ts'

export const numRuns = Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 300)
export const timeout = 60_000 + numRuns * 30

/** Check that `read` settles for everything that becomes of the samples, and refuses only by a Problem of these codes. */
export async function refusesOnlyBy(
  codes: readonly ProblemCode[],
  samples: readonly [Uint8Array, ...Uint8Array[]],
  read: (bytes: Uint8Array) => unknown,
  runs = numRuns,
): Promise<{ readonly accepted: number; readonly refused: number }> {
  let accepted = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(mutationsOf(...samples), async (bytes) => {
      try {
        await read(bytes)
        accepted++
      } catch (error) {
        if (!(error instanceof Problem) || !codes.includes(error.code)) throw error
        refused++
      }
    }),
    { numRuns: runs },
  )
  return { accepted, refused }
}

/** Text as it reaches a parser of text, whatever the bytes were. */
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
