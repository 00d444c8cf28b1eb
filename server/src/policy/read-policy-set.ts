// Reading a set that somebody wrote, in a process of its own: what reads it takes seconds for a few hundred policies, and may break on
// them. INVARIANT: I4. A set that could not be read in bounded time and memory has a finding, and that is all that comes of it.

import { Problem } from '@sallyport/protocol'
import { askApart, programBeside, type ApartLimits, type Failed } from './ask-apart.ts'
import { compileNamed, type CompiledPolicies, type PolicyFinding, type SetRead } from './cedar/index.ts'
import type { PolicySource } from './policy-source.ts'

/** A set without findings, laid out as the formatter does, which is how sets are kept. */
export interface SoundPolicySet extends PolicySource {
  readonly compiled: CompiledPolicies
}

export interface PolicyReading {
  /** What is wrong, with line and column; how it is laid out is among it, under the code `format`. */
  readonly findings: readonly PolicyFinding[]
  /** Null where anything is wrong but how it is laid out. */
  readonly sound: SoundPolicySet | null
}

/** Read a set. Throws Problem `unavailable` where too many wait. */
export type PolicyReader = (source: PolicySource) => Promise<PolicyReading>

export type ReadQuestion = PolicySource
export type ReadAnswer = SetRead | Failed

export const readLimits: ApartLimits = { timeoutMs: 30_000, memory: 512, wasmMemory: 512 }

const maxWaiting = 8

/** Make a reader, which reads one set at a time. */
export function makePolicyReader(ask: (question: ReadQuestion) => Promise<ReadAnswer> = readApart): PolicyReader {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const readNext = async (source: PolicySource, before: Promise<unknown>): Promise<PolicyReading> => {
    await before.catch(() => {})
    return readingOf(source, await ask(source))
  }
  return ({ policyText, schemaText }) => {
    // ATTACKER: each takes a process.
    if (waiting >= maxWaiting) {
      return Promise.reject(
        new Problem('unavailable', 'cannot read policy set: others are being read, want a moment of patience'),
      )
    }
    waiting++
    const reading = readNext({ policyText, schemaText }, last).finally(() => waiting--)
    last = reading
    return reading
  }
}

/** Have Cedar's engine read a set in a process of its own. Whatever becomes of that, there is an answer. */
export function readApart(question: ReadQuestion, limits: ApartLimits = readLimits): Promise<ReadAnswer> {
  return askApart(programBeside(import.meta.url, 'read-process'), question, limits)
}

function readingOf({ schemaText }: PolicySource, told: ReadAnswer): PolicyReading {
  if ('failed' in told) {
    const message = `it could not be read: ${told.failed}`
    return { findings: [{ code: 'not-cedar', policy: null, message, line: null, column: null }], sound: null }
  }
  const { findings, sound } = told
  if (sound === null) return { findings, sound: null }
  const { policyText, policies } = sound
  return { findings, sound: { schemaText, policyText, compiled: compileNamed(policies) } }
}
