// Policy sets to try the methods on: what ships, and what is broken.

import fc from 'fast-check'
import { shippedPolicies } from '../../policy-source.ts'
import type { ClaimId } from '../statement.ts'

const { policyText: shipped } = await shippedPolicies()
export { shipped }

export function policy(id: string, rule: string): string {
  return `@id("${id}")\n@reason("Why.")\n@fix("How.")\n@ask("officer")\n${rule}\n`
}

/** The shipped set without some of its policies. */
export function without(...ids: readonly string[]): string {
  const pieces = shipped.split(/^(?=@id\()/m)
  const left = pieces.filter((one) => !ids.some((id) => one.startsWith(`@id("${id}")`)))
  if (left.length !== pieces.length - ids.length) throw new Error(`the shipped set has not all of ${ids.join(', ')}`)
  return left.join('')
}

const everybodyCovered = policy('covered', 'permit (principal, action, resource) when { context.coverage.live };')

/** Sets that must not take effect: what is broken about each, and the claim that it breaks. */
export const brokenSets: readonly (readonly [what: string, text: string, claim: ClaimId])[] = [
  ['permits everybody', policy('everybody', 'permit (principal, action, resource);'), 'covered'],
  ['has no limit on whoever is not covered', without('no-coverage'), 'covered'],
  [
    'lets officers past the limit',
    shipped.replace(
      'unless { principal.usPerson || context.coverage.live };',
      'unless { principal.usPerson || context.coverage.live || principal.roles.contains("officer") };',
    ),
    'covered',
  ],
  ['lets in whoever is unverified', without('status-unverified'), 'covered'],
  ['lets in whoever is ended', without('status-ended'), 'covered'],
  ['lets in whoever is on no roster', without('not-rostered') + everybodyCovered, 'covered'],
  [
    'has a limit that one kind of resource escapes',
    without('no-coverage') +
      policy(
        'limit',
        'forbid (principal, action, resource is Sallyport::File) unless { principal.usPerson || context.coverage.live };',
      ),
    'covered',
  ],
  [
    'asks whether there is an attribute that every request has and the schema does not know',
    without('no-coverage') +
      policy(
        'limit',
        'forbid (principal, action, resource) when { !principal.usPerson && !context.coverage.live } unless { resource has kind };',
      ),
    'covered',
  ],
  [
    'names whoever asks as every request names them',
    shipped.replace(
      'unless { principal.usPerson || context.coverage.live };',
      'unless { principal.usPerson || context.coverage.live || principal == Sallyport::Person::"caller" };',
    ),
    'covered',
  ],
  ['releases to unknown places', without('place-unknown'), 'place'],
  [
    'takes a place for known by its pattern',
    without('place-unknown', 'place-not-covered') +
      policy('place', 'forbid (principal, action, resource) unless { context.place.country like "*" };'),
    'place',
  ],
  [
    'demands of one device what it does not of an unknown one',
    `${shipped}\n${policy('lost', 'forbid (principal, action, resource) when { context.device == "lost" };')}`,
    'device',
  ],
  [
    'demands it of many devices',
    `${shipped}\n${policy('lost', 'forbid (principal, action, resource) when { context.device like "lost*" && context.device != "lost" };')}`,
    'device',
  ],
  [
    'has a limit that overflows',
    `${shipped}\n${policy('sum', 'forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };')}`,
    'error',
  ],
  [
    'has a limit that overflows for some alone',
    `${shipped}\n${policy('sum', 'forbid (principal, action, resource) when { context.human && -9223372036854775807 - 2 < 0 };')}`,
    'error',
  ],
  [
    'reads somebody who is in no request',
    `${shipped}\n${policy('boss', 'forbid (principal, action, resource) unless { Sallyport::Person::"boss".usPerson };')}`,
    'error',
  ],
]

/** Sets that are safe, for reasons that differ. */
export const safeSets: readonly (readonly [what: string, text: string])[] = [
  ['ships', shipped],
  ['permits nothing', policy('nothing', 'forbid (principal, action, resource);')],
  [
    'asks for it in the permit itself',
    policy(
      'own',
      'permit (principal, action == Sallyport::Action::"file.open", resource) when { principal.status == "us-person" && context.place.known && context.device == context.device };',
    ),
  ],
  [
    'lists all who are refused, and where',
    policy('all', 'permit (principal, action, resource);') +
      policy(
        'status',
        'forbid (principal, action, resource) when { ["unverified", "ended", "unrostered"].contains(principal.status) };',
      ) +
      policy(
        'foreign',
        'forbid (principal, action, resource) when { principal.status == "foreign-person" && !context.coverage.live };',
      ) +
      policy('place', 'forbid (principal, action, resource) when { context.place.country == "" };'),
  ],
  [
    'excludes what it permits, by roles in two ways',
    policy(
      'one',
      'permit (principal, action, resource) when { principal.roles.containsAny(["officer", "auditor"]) };',
    ) +
      policy(
        'two',
        'forbid (principal, action, resource) when { principal.roles.contains("officer") || principal.roles.contains("auditor") };',
      ),
  ],
  [
    'excludes what it permits, by sets that lie to each other',
    policy(
      'one',
      'permit (principal, action, resource) when { principal.programs.containsAll(resource.programs) && !resource.programs.isEmpty() };',
    ) +
      policy('two', 'forbid (principal, action, resource) when { principal.programs.containsAny(resource.programs) };'),
  ],
  [
    'excludes what it permits, by a list of all roles there may be',
    policy(
      'one',
      'permit (principal, action, resource) when { ["officer", "auditor"].containsAll(principal.roles) };',
    ) + policy('two', 'forbid (principal, action, resource) unless { principal.roles.contains("engineer") };'),
  ],
  [
    'excludes what it permits, by texts that are the same',
    policy(
      'one',
      'permit (principal, action, resource) when { context.device == context.door && context.door == "kas" };',
    ) + policy('two', 'forbid (principal, action, resource) unless { context.device == "api" };'),
  ],
]

const atoms = fc.constantFrom(
  'principal.usPerson',
  'principal.rostered',
  'principal.status == "us-person"',
  'principal.status != "foreign-person"',
  '["ended", "unverified"].contains(principal.status)',
  'principal.status like "*person"',
  'context.coverage.live',
  'context.place.known',
  'context.place.country == "US"',
  'context.place == {known: true, country: "US"}',
  '[context.place.country, "GB"].contains("US")',
  'context.coverage.territories.contains(context.place.country)',
  'context.coverage.territories.contains("GB")',
  'context.coverage.territories.isEmpty()',
  'principal.roles.contains("engineer")',
  'principal.roles.containsAny(["engineer", "officer"])',
  'principal.roles.containsAll(["engineer"])',
  'principal.roles == ["engineer"]',
  '["engineer", "officer"].containsAll(principal.roles)',
  'principal.programs.containsAll(resource.programs)',
  'principal.programs.containsAny(resource.programs)',
  'principal.programs == resource.programs',
  'resource.programs.isEmpty()',
  'resource.programs.contains("falcon")',
  'resource.noForeign',
  'context.device == "unknown"',
  'context.device like "un*"',
  'context.device == context.door',
  'context.door like "k*s"',
  'context.door == "kas"',
  'context.human',
  'resource has kind',
  'context has nothing',
  'context has place.country',
  'principal has tags',
  'resource is Sallyport::File',
  'resource == Sallyport::File::"one"',
  'resource in [Sallyport::File::"one", Sallyport::Vault::"two"]',
  'principal == Sallyport::Person::"caller"',
  'principal in Sallyport::Person::"other"',
  'principal.hasTag("one")',
  'principal.getTag("one") == "two"',
  'Sallyport::File::"one".noForeign',
  'Sallyport::File::"one" has noForeign',
  '9223372036854775807 + 1 > 0',
  'context.place.country < 3',
  'ip("10.0.0.1").isInRange(ip("10.0.0.0/8"))',
  'decimal("1.5").lessThan(decimal("1.25"))',
  'datetime("2026-01-01").offset(duration("1d")) == datetime("2026-01-02")',
  '{one: context.human}.one',
  '[[principal.usPerson], [true]].contains([false])',
  'true',
)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    { weight: 3, arbitrary: atoms },
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} || ${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
  ),
}))

const scopes = fc.constantFrom(
  'principal, action, resource',
  'principal is Sallyport::Person, action, resource',
  'principal, action == Sallyport::Action::"file.open", resource',
  'principal, action in [Sallyport::Action::"file.open", Sallyport::Action::"ledger.read"], resource',
  'principal, action, resource is Sallyport::File',
)

const rules = fc
  .tuple(fc.constantFrom('permit', 'forbid', 'forbid'), scopes, fc.constantFrom('when', 'unless'), condition)
  .map(([effect, scope, kind, condition]) => `${effect} (${scope}) ${kind} { ${condition} };`)

const limits = fc.constantFrom(
  '',
  'forbid (principal, action, resource) unless { principal.usPerson || context.coverage.live };',
  'forbid (principal, action, resource) when { ["unverified", "ended", "unrostered"].contains(principal.status) };\nforbid (principal, action, resource) unless { principal.usPerson || context.coverage.live };\nforbid (principal, action, resource) unless { context.place.known };',
)

/** Policy sets of all kinds, as text; some are safe. */
export const anySet: fc.Arbitrary<string> = fc
  .tuple(fc.array(rules, { minLength: 1, maxLength: 5 }), limits)
  .map(([rules, limits]) =>
    [...rules, ...limits.split('\n').filter(Boolean)].map((rule, at) => policy(`p${at}`, rule)).join(''),
  )
