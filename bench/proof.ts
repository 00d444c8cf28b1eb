// The proof at publication: fifty policies, by both methods in processes of their own, as a proposal makes it wait.

import { makePolicyProver, shippedPolicies, type PolicySource } from '../server/src/policy/index.ts'
import { median, type BenchRow } from './row.ts'

const wanted = 50
const rounds = 5
const ceilingMs = 20_000

/** Measure the proof of a set of fifty policies. */
export async function benchProof(): Promise<BenchRow[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const set = await setOf(wanted, round)
    const start = performance.now()
    await makePolicyProver()(set)
    times.push(performance.now() - start)
  }
  return [
    {
      what: `a set of ${wanted} policies proved by two methods`,
      value: median(times),
      unit: 'ms',
      reference: `${ceilingMs / 1000} s`,
      ratio: Math.max(...times) / ceilingMs,
      target: 1,
      isCeiling: true,
      note: `validated, then both at once in processes of their own; slowest of ${rounds}: ${Math.max(...times).toFixed(0)} ms`,
    },
  ]
}

/** The shipped set with policies that read what is there in ways of their own, in every round another. */
async function setOf(size: number, round: number): Promise<PolicySource> {
  const { schemaText, policyText } = await shippedPolicies()
  const has = policyText.split('@id(').length - 1
  const more = Array.from({ length: size - has }, (_, at) =>
    [
      `@id("more-${round}-${at}")`,
      '@reason("A rule of this enclave.")',
      '@fix("Ask an export control officer.")',
      '@ask("officer")',
      'forbid (',
      '  principal,',
      '  action == Sallyport::Action::"file.open",',
      '  resource is Sallyport::File',
      ')',
      'when',
      '{',
      `  principal.programs.contains("program-${at}") &&`,
      `  !(resource.programs.contains("program-${at}")) &&`,
      '  context.place.country like "?*"',
      '};',
      '',
    ].join('\n'),
  )
  return { schemaText, policyText: [policyText, ...more].join('\n') }
}

if (import.meta.main) console.table(await benchProof())
