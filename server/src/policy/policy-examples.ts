// Examples of what a set must answer, as data that stands beside policies: those of this version, and an enclave's own.

import { readFile } from 'node:fs/promises'
import { actions, personStatuses, Problem, type Action } from '@sallyport/protocol'
import * as z from 'zod'
import type { Attributes } from './attributes.ts'
import { guardPermits } from './guard.ts'
import { policySetOf } from './policy-set.ts'
import type { SoundPolicySet } from './read-policy-set.ts'

/** What must be answered to one request; members that are left out are those of `usual`. */
export interface PolicyExample {
  readonly title: string
  readonly action: Action
  readonly principal?: Readonly<Record<string, unknown>> | undefined
  readonly resource?: Readonly<Record<string, unknown>> | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly decision: 'permit' | 'deny'
  readonly by?: readonly string[] | undefined
}

export interface ExampleResult {
  readonly title: string
  readonly holds: boolean
  /** What was answered, and by which policies. */
  readonly state: string
}

/** Read the examples that ship with this version. */
export async function shippedExamples(): Promise<readonly PolicyExample[]> {
  return JSON.parse(
    await readFile(new URL(import.meta.resolve('@sallyport/policies/examples.json')), 'utf8'),
  ) as PolicyExample[]
}

/** Put every example to a set, and the guard after it. Throws Problem `invalid-request` for an example that is no request. */
export function runPolicyExamples(sound: SoundPolicySet, examples: readonly PolicyExample[]): readonly ExampleResult[] {
  const set = policySetOf(sound)
  return examples.map((example) => {
    const { title, action, decision, by = [] } = example
    const attributes = attributesOf(example)
    const { effect, determining, reasons } = set.evaluate(action, attributes)
    const isGuarded = effect === 'permit' && !guardPermits(personOf(attributes), attributes.context.coverage)
    const answered = isGuarded ? 'deny' : effect
    const told = [...new Set([...determining, ...reasons.map((one) => one.code), ...(isGuarded ? ['guard'] : [])])]
    const state = `${answered}${told.length === 0 ? ', no policy permits it' : ` by ${told.join(', ')}`}`
    return { title, holds: answered === decision && by.every((id) => told.includes(id)), state }
  })
}

function personOf({ principal: { status } }: Attributes): Parameters<typeof guardPermits>[0] {
  const known = personStatuses.find((one) => one === status)
  return known === undefined ? null : { status: known }
}

const strings = z.array(z.string().max(200)).max(100)

const principal = z.strictObject({
  rostered: z.boolean().default(true),
  status: z.enum([...personStatuses, 'unrostered']).default('us-person'),
  roles: strings.default(['engineer']),
  programs: strings.default(['falcon']),
  actsForForeignEmployer: z.boolean().default(false),
})

const resource = z.strictObject({
  id: z.string().max(100).default('018f0000-0000-7000-8000-000000000001'),
  labelled: z.boolean().default(true),
  labelsKnown: z.boolean().default(true),
  dissemEmpty: z.boolean().default(true),
  programs: strings.default(['falcon']),
  noForeign: z.boolean().default(false),
})

const context = z.strictObject({
  /** Null is a place that nobody knows. */
  country: z.string().max(10).nullable().default('US'),
  device: z.string().max(100).default('unknown'),
  door: z.string().max(100).default('api'),
  human: z.boolean().default(true),
  live: z.boolean().default(false),
  territories: strings.default([]),
  obligationsFulfillable: z.boolean().default(true),
})

function attributesOf(example: PolicyExample): Attributes {
  const read = <T>(shape: z.ZodType<T>, of: 'principal' | 'resource' | 'context'): T => {
    const parsed = shape.safeParse(example[of] ?? {})
    if (parsed.success) return parsed.data
    const found = parsed.error.issues[0]
    throw new Problem(
      'invalid-request',
      `cannot run example ${JSON.stringify(example.title)}: ${[of, ...(found?.path ?? [])].join('.')}: ${found?.message ?? 'refused'}`,
    )
  }
  const [person, thing, { country, live, territories, ...rest }] = [
    read(principal, 'principal'),
    read(resource, 'resource'),
    read(context, 'context'),
  ]
  const isRostered = person.rostered && person.status !== 'unrostered'
  return {
    principal: {
      ...person,
      rostered: isRostered,
      status: isRostered ? person.status : 'unrostered',
      usPerson: isRostered && person.status === 'us-person',
    },
    resource: { ...thing, kind: actions[example.action].resource },
    context: {
      ...rest,
      place: { known: country !== null, country: country ?? '' },
      coverage: { live, territories: live ? territories : [] },
    },
  }
}
