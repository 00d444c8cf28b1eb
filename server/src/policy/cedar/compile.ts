// A policy set, compiled once, and the two ways to ask it: as Cedar's authorizer answers, and strictly, where a policy
// that cannot be evaluated denies. Cedar skips such a policy, be it a forbid.

import { Problem } from '@sallyport/protocol'
import type { CedarEntity, EntityStore } from './entities.ts'
import { compileExpression, notBoolean, type Environment, type Evaluate } from './expressions.ts'
import { parsePolicy, policyJson, splitPolicies, type PolicyJson } from './source.ts'
import { readPolicy, type Expression, type Policy, type SlotValues } from './syntax.ts'
import { EvaluationError, type CedarRecord, type EntityUid } from './values.ts'

export interface CedarRequest {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: CedarRecord
  readonly entities: EntityStore
}

export interface CedarAnswer {
  readonly decision: 'allow' | 'deny'
  /** The forbids that hold or, where none does, the permits that hold; in the order of the text. */
  readonly determining: readonly string[]
  readonly errors: readonly { readonly policyId: string; readonly message: string }[]
}

export interface CompiledPolicies {
  /** In the order of the text. */
  readonly policies: readonly Policy[]
  /** Answer exactly as Cedar's authorizer does: a policy in error counts for nothing. */
  evaluate(request: CedarRequest): CedarAnswer
  /** Answer so that a policy in error denies, whatever the others say. */
  evaluateStrictly(request: CedarRequest): CedarAnswer
}

/** A template of the set, as `policy<n>`, with values for its slots. */
export interface TemplateLink {
  readonly templateId: string
  readonly newId: string
  readonly values: SlotValues
}

/**
 * Compile policy text as Cedar reads it: ids are `policy0`, `policy1` and so on in the order of the text; templates count
 * only through their links. Throws Problem `invalid-request` on text that Cedar refuses.
 */
export function compilePolicies(text: string, links: readonly TemplateLink[] = []): CompiledPolicies {
  const named = splitPolicies(text).map((source, at) => ({ source, id: `policy${at}` }))
  const fixed = named.filter(({ source }) => !source.isTemplate).map(({ source, id }) => parsePolicy(source, id))
  const linked = links.map(({ templateId, newId, values }) => {
    const template = named.find(({ source, id }) => source.isTemplate && id === templateId)
    if (template === undefined) {
      throw new Problem('invalid-request', `cannot link template ${templateId}: there is none of that name`)
    }
    return parsePolicy(template.source, newId, values)
  })
  return compileParsed([...fixed, ...linked])
}

/**
 * Compile the product's own policies: each is named by its `@id`, and there are no templates. Throws Problem
 * `invalid-request` on an id that is missing or there twice.
 */
export function compileNamedPolicies(text: string): CompiledPolicies {
  return compileNamed(namedPoliciesJson(text))
}

/** Have Cedar's parser read the product's own policies, in their order. Throws Problem `invalid-request` on a template. */
export function namedPoliciesJson(text: string): readonly PolicyJson[] {
  return splitPolicies(text).map((source) => {
    const { line, isTemplate } = source
    if (isTemplate)
      throw new Problem('invalid-request', `cannot compile policies: line ${line} is a template, want none`)
    return policyJson(source)
  })
}

/** Compile what `namedPoliciesJson` read, here or in another process. Throws as `compileNamedPolicies` does. */
export function compileNamed(read: readonly PolicyJson[]): CompiledPolicies {
  const taken = new Set<string>()
  const policies = read.map(({ line, json, bigIntegers }) => {
    const policy = readPolicy(json, '', bigIntegers, {})
    const id = policy.annotations.get('id') ?? ''
    if (id === '') throw new Problem('invalid-request', `cannot compile policies: line ${line} has no @id, want one`)
    if (taken.has(id))
      throw new Problem('invalid-request', `cannot compile policies: @id ${id} is there twice, want once`)
    taken.add(id)
    return { ...policy, id }
  })
  return compileParsed(policies)
}

function compileParsed(policies: readonly Policy[]): CompiledPolicies {
  const applicable = actionIndex(policies.map(compilePolicy))
  return {
    policies,
    evaluate: (request) => answer(request, applicable, false),
    evaluateStrictly: (request) => answer(request, applicable, true),
  }
}

interface CompiledPolicy {
  readonly id: string
  readonly isPermit: boolean
  readonly appliesToAction: Evaluate
  /** Whether the rest of the scope and all conditions hold. */
  readonly holds: Evaluate
}

const always: Evaluate = () => true

function compilePolicy({ id, effect, principal, action, resource, conditions }: Policy): CompiledPolicy {
  const parts = [principal, resource, ...conditions].filter((part) => !isAlways(part)).map(compileExpression)
  return {
    id,
    isPermit: effect === 'permit',
    appliesToAction: isAlways(action) ? always : compileExpression(action),
    holds: conjunction(parts),
  }
}

function isAlways(part: Expression): boolean {
  return part.kind === 'value' && part.value === true
}

function conjunction(parts: readonly Evaluate[]): Evaluate {
  const [first, second, third] = parts
  if (first === undefined) return always
  if (second === undefined) return (environment) => asBoolean(first(environment))
  if (third === undefined) {
    return (environment) => {
      const value = first(environment)
      return value === true ? asBoolean(second(environment)) : asBoolean(value)
    }
  }
  return (environment) => {
    for (const part of parts) {
      const value = part(environment)
      if (value !== true) return asBoolean(value)
    }
    return true
  }
}

function asBoolean(value: ReturnType<Evaluate>): boolean | EvaluationError {
  return value === true || value === false ? value : notBoolean(value)
}

type Applicable = (environment: Environment) => readonly CompiledPolicy[]

const maxActions = 256

// The action's part of a scope depends on the action's name and ancestors alone, so it is settled once for each action.
function actionIndex(policies: readonly CompiledPolicy[]): Applicable {
  const known = new Map<string, { entity: CedarEntity | undefined; policies: readonly CompiledPolicy[] }>()
  return (environment) => {
    const { action, actionEntity } = environment
    const found = known.get(action.key)
    if (found !== undefined && found.entity === actionEntity) return found.policies
    const applicable = policies.filter((policy) => policy.appliesToAction(environment) === true)
    // ATTACKER: names of actions may come from outside, so the index is bounded.
    if (found !== undefined || known.size < maxActions)
      known.set(action.key, { entity: actionEntity, policies: applicable })
    return applicable
  }
}

const none: readonly never[] = Object.freeze([])

function answer(request: CedarRequest, applicable: Applicable, isStrict: boolean): CedarAnswer {
  const { principal, action, resource, context, entities } = request
  const environment: Environment = {
    principal,
    action,
    resource,
    context,
    principalEntity: entities.find(principal),
    actionEntity: entities.find(action),
    resourceEntity: entities.find(resource),
    entities,
  }
  let permits: string[] | null = null
  let forbids: string[] | null = null
  let errors: { policyId: string; message: string }[] | null = null
  for (const policy of applicable(environment)) {
    const holds = policy.holds(environment)
    if (holds === false) continue
    if (holds instanceof EvaluationError) (errors ??= []).push({ policyId: policy.id, message: holds.message })
    else if (policy.isPermit) (permits ??= []).push(policy.id)
    else (forbids ??= []).push(policy.id)
  }
  if (forbids !== null) return { decision: 'deny', determining: forbids, errors: errors ?? none }
  // INVARIANT: I4, what cannot be evaluated refuses.
  if (permits === null || (isStrict && errors !== null))
    return { decision: 'deny', determining: none, errors: errors ?? none }
  return { decision: 'allow', determining: permits, errors: errors ?? none }
}
