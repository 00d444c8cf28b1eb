// A policy set that somebody edited, as it is tried and as it is kept: under the schema of this version, written as the formatter
// writes it, with examples of what it must answer.

import { Problem } from '@sallyport/protocol'
import {
  policyDigest,
  runPolicyExamples,
  shippedExamples,
  spendPermit,
  storedPolicySet,
  type ExampleResult,
  type Permit,
  type PolicyReading,
  type PolicySource,
  type SoundPolicySet,
} from '../policy/index.ts'
import { compareSets, type Differences } from './compare-sets.ts'
import type { PolicySetDependencies } from './propose-policy-set.ts'
import { inForceOrNothing } from './read-policy-sets.ts'

export interface Edited {
  readonly policyText: string
  readonly examples: Parameters<typeof runPolicyExamples>[1]
}

export interface PolicySetChecked {
  /** Null where it is not Cedar. */
  readonly digest: string | null
  readonly findings: PolicyReading['findings']
  readonly examples: readonly (ExampleResult & { readonly whose: 'ours' | 'theirs' })[]
  readonly methods: readonly { readonly method: string; readonly proved: boolean; readonly state: string }[]
  readonly differences: Differences
}

const nothing: Differences = { added: {}, removed: {}, changed: {}, schema: false }

/**
 * Try an edited set, and keep nothing of it. Throws Problem `refused` for a permit that does not fit, `invalid-request` for an example
 * that is no request, `unavailable` while too many sets are being proved.
 */
export async function checkEditedSet(
  deps: Pick<PolicySetDependencies, 'database' | 'shipped' | 'read' | 'prove'>,
  permit: Permit<'decision.search'>,
  edited: Edited,
): Promise<PolicySetChecked> {
  spendPermit(permit, 'decision.search', 'enclave')
  const { schemaText } = deps.shipped
  const { findings, sound } = await deps.read({ policyText: edited.policyText, schemaText })
  if (sound === null) {
    return { digest: null, findings: besidesLayout(findings), examples: [], methods: [], differences: nothing }
  }
  const tried = async (whose: 'ours' | 'theirs', examples: Edited['examples']) =>
    runPolicyExamples(sound, examples).map((one) => ({ ...one, whose }))
  return {
    digest: policyDigest(sound),
    findings: [],
    examples: [...(await tried('theirs', edited.examples)), ...(await tried('ours', await shippedExamples()))],
    methods: await methodsOn(deps, sound),
    differences: compareSets(await inForceOrNothing(deps.database), sound),
  }
}

/** The set that an edited one is kept as. Throws Problem `invalid-request` with its findings, or with its own examples that do not hold. */
export async function keptAs(
  deps: Pick<PolicySetDependencies, 'shipped' | 'read'>,
  { policyText, examples }: Edited,
): Promise<SoundPolicySet> {
  const sound = await soundly(deps, { policyText, schemaText: deps.shipped.schemaText })
  const [failed] = runPolicyExamples(sound, examples).filter((one) => !one.holds)
  if (failed === undefined) return sound
  throw new Problem(
    'invalid-request',
    `cannot ask for policy set: ${JSON.stringify(failed.title)} is answered ${failed.state}, want what the example says`,
  )
}

/** Read a set, whose text somebody may have edited. Throws Problem `invalid-request` with its findings. */
export async function soundly(
  { read }: Pick<PolicySetDependencies, 'read'>,
  source: PolicySource,
): Promise<SoundPolicySet> {
  const { findings, sound } = await read(source)
  if (sound !== null) return sound
  const wrong = besidesLayout(findings)
  throw new Problem('invalid-request', `cannot ask for policy set: ${wrong.length} findings, want none`, {
    details: { findings: wrong },
  })
}

/** How an edited text is laid out is no matter: it is kept as the formatter writes it. */
function besidesLayout(findings: PolicyReading['findings']): PolicyReading['findings'] {
  return findings.filter((one) => one.code !== 'format')
}

async function methodsOn(
  { prove }: Pick<PolicySetDependencies, 'prove'>,
  source: PolicySource,
): Promise<PolicySetChecked['methods']> {
  try {
    await prove(source)
    return ['exhaustive', 'smt'].map((method) => ({ method, proved: true, state: '' }))
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'invalid-request') throw problem
    const methods = problem.details['methods'] as
      | readonly { method: string; proved: boolean; state?: string }[]
      | undefined
    if (methods === undefined) throw problem
    return methods.map(({ method, proved, state = '' }) => ({ method, proved, state }))
  }
}

/** A set that ships or is kept here. Throws Problem `not-found`, `unavailable` where its text is not the one that its digest names. */
export async function keptSet(
  { database, shipped }: Pick<PolicySetDependencies, 'database' | 'shipped'>,
  digest: string,
): Promise<PolicySource> {
  if (policyDigest(shipped) === digest) return shipped
  const set = await storedPolicySet(database, digest)
  if (set === null)
    throw new Problem(
      'not-found',
      'cannot find policy set: none of that digest is kept, want one that was in force or asked for',
    )
  if (policyDigest(set) === digest) return set
  throw new Problem('unavailable', 'cannot read policy set: its text is not the one that its digest names')
}
