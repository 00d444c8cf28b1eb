// Whether a policy set may take effect: it is within bounds, validates against its schema, and is proved by both methods. What is proved
// is a value of its own, which nothing but a proof makes.

import { Problem } from '@sallyport/protocol'
import { compileNamedPolicies, validate, type PolicyFinding } from './cedar/index.ts'
import { policyDigest, type PolicySource } from './policy-source.ts'
import { proveExhaustively, proveSet, tellStory, type SetProof } from './proof/index.ts'
import { makePolicyReader, type PolicyReader } from './read-policy-set.ts'

declare const proved: unique symbol

/** A policy set that both methods proved. */
export interface ProvedPolicySet extends PolicySource {
  readonly digest: string
  readonly [proved]: true
}

/** Prove a set. Throws Problem `invalid-request` with every finding, or with what each method has against it. */
export type PolicyProver = (source: PolicySource) => Promise<ProvedPolicySet>

const maxWaiting = 4

/**
 * Make a prover, which proves one set at a time and remembers what it proved: the same texts come to the same proof. It throws Problem
 * `unavailable` where too many wait. INVARIANT: I5.
 */
export function makePolicyProver(
  read: PolicyReader = makePolicyReader(),
  prove: typeof proveSet = proveSet,
): PolicyProver {
  const known = new Map<string, Promise<ProvedPolicySet>>()
  let last: Promise<unknown> = Promise.resolve()

  async function proveNext(source: PolicySource, digest: string, before: Promise<unknown>): Promise<ProvedPolicySet> {
    const { findings, sound } = await read(source)
    if (findings.length > 0 || sound === null) throw unsound(findings)
    const { compiled } = sound
    await before.catch(() => {})
    const { proved, methods } = await prove({ policyText: source.policyText, compiled })
    if (!proved) throw notProved(methods)
    return { ...source, digest } as ProvedPolicySet
  }

  let waiting = 0
  return (source) => {
    const digest = policyDigest(source)
    const found = known.get(digest)
    if (found !== undefined) return found
    // ATTACKER: each takes two processes.
    if (waiting >= maxWaiting) {
      return Promise.reject(
        new Problem('unavailable', 'cannot prove policy set: others are being proved, want a moment of patience'),
      )
    }
    waiting++
    const proving = proveNext(source, digest, last).finally(() => waiting--)
    last = proving
    known.set(digest, proving)
    proving.catch(() => known.delete(digest))
    return proving
  }
}

function notProved(methods: SetProof['methods']): Problem {
  const against = methods.flatMap((one) => (one.proved ? [] : [one]))
  const found = against.flatMap(({ counterexample }) => (counterexample === null ? [] : [counterexample]))
  const [counterexample] = [...found.filter((one) => one.kind === 'request'), ...found]
  return new Problem(
    'invalid-request',
    `cannot take policy set: ${counterexample?.story ?? against[0]?.state ?? 'it is not proved'}`,
    {
      details: {
        methods: methods.map((one) => ({
          method: one.method,
          proved: one.proved,
          ...(one.proved ? {} : { state: one.state }),
        })),
        ...(counterexample === undefined ? {} : { counterexample }),
      },
    },
  )
}

/** Digests of what this process found sound: the same texts come to the same answer. */
const foundSound = new Set<string>()

/**
 * Check the set that a founding takes, in this process and by the exhaustive method alone. Throws as a prover does. The suite proves what
 * ships by both.
 */
export function checkPolicySet(source: PolicySource): void {
  const digest = policyDigest(source)
  if (foundSound.has(digest)) return
  const compiled = readPolicySet(source)
  const answer = proveExhaustively(compiled.policies)
  if (answer.proved) {
    foundSound.add(digest)
    return
  }
  const counterexample = tellStory(answer.refutation, compiled)
  throw notProved([{ method: 'exhaustive', proved: false, counterexample, state: counterexample.story }])
}

function readPolicySet(source: PolicySource): ReturnType<typeof compileNamedPolicies> {
  const findings = validate(source.policyText, source.schemaText)
  if (findings.length > 0) throw unsound(findings)
  return compileNamedPolicies(source.policyText)
}

function unsound(findings: readonly PolicyFinding[]): Problem {
  return new Problem('invalid-request', `cannot take policy set: ${findings.length} findings, want none`, {
    details: { findings },
  })
}
