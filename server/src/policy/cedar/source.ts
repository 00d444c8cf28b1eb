// From policy text to syntax trees. Cedar's own parser reads the text; around it stands what it does not give: the order
// of the policies in the text, and integers beyond 2^53, which its JSON form rounds.

import { createRequire } from 'node:module'
import { Problem } from '@sallyport/protocol'
import type * as CedarWasm from '@cedar-policy/cedar-wasm/nodejs'
import { refuseUnbounded } from './bounds.ts'
import { readPolicy, type Policy, type SlotValues } from './syntax.ts'

// Its nodejs build is CommonJS without names that an import could see.
export const cedarWasm = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof CedarWasm

/** One policy or template in the text. */
export interface SourcePolicy {
  readonly text: string
  readonly isTemplate: boolean
  /** The line of the text where it begins, from 1. */
  readonly line: number
}

/**
 * Split policy text into policies, in their order. Throws Problem `invalid-request` when Cedar's parser refuses the
 * text.
 */
export function splitPolicies(text: string): readonly SourcePolicy[] {
  refuseUnbounded(text, tokens(text))
  const parts = cedarWasm.policySetTextToParts(text)
  if (parts.type === 'failure') {
    const at = placeOf(parts.errors[0], text)
    throw new Problem(
      'invalid-request',
      `cannot read policies: ${parts.errors[0]?.message ?? 'no policies'}, want Cedar`,
      { details: { ...at } },
    )
  }
  const found: SourcePolicy[] = []
  let start = 0
  let line = 1
  let isTemplate = false
  for (const { token, end } of tokens(text)) {
    if (token === '?principal' || token === '?resource') isTemplate = true
    if (token !== ';') continue
    const raw = text.slice(start, end)
    const body = raw.trimStart()
    const before = raw.slice(0, raw.length - body.length)
    found.push({ text: body, isTemplate, line: line + lineBreaks(before) })
    line += lineBreaks(raw)
    start = end
    isTemplate = false
  }
  if (found.length !== parts.policies.length + parts.policy_templates.length) {
    throw new Problem('invalid-request', 'cannot read policies: they do not split as Cedar splits them')
  }
  return found
}

/** A place in a text, from 1; columns count characters. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** Where in a text Cedar found something; null where it does not say. Cedar counts bytes. */
export function placeOf(
  found: { readonly sourceLocations?: readonly { readonly start: number }[] } | undefined,
  text: string,
): TextPlace | null {
  const start = found?.sourceLocations?.[0]?.start
  if (start === undefined) return null
  const before = Buffer.from(text).subarray(0, start).toString()
  return { line: lineBreaks(before) + 1, column: Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1 }
}

/** One policy as Cedar's parser tells it: plain data, so that it can come from another process. */
export interface PolicyJson {
  /** Where it begins in the text, from 1. */
  readonly line: number
  readonly json: unknown
  /** Integers beyond 2^53, by what stands in their place. */
  readonly bigIntegers: ReadonlyMap<number, bigint>
}

/** Parse one policy, or a template with values for its slots. Throws Problem `invalid-request`. */
export function parsePolicy(source: SourcePolicy, id: string, slots: SlotValues = {}): Policy {
  const { json, bigIntegers } = policyJson(source)
  return readPolicy(json, id, bigIntegers, slots)
}

/** Have Cedar's parser read one policy. Throws Problem `invalid-request`. */
export function policyJson({ text, isTemplate, line }: SourcePolicy): PolicyJson {
  const { text: small, bigIntegers } = replaceBigIntegers(text)
  const parsed = isTemplate ? cedarWasm.templateToJson(small) : cedarWasm.policyToJson(small)
  if (parsed.type === 'failure') {
    throw new Problem('invalid-request', `cannot read policy: ${parsed.errors[0]?.message ?? 'refused'}, want Cedar`, {
      details: { ...placeOf(parsed.errors[0], small) },
    })
  }
  return { line, json: parsed.json, bigIntegers }
}

// Puts an integer that the text does not otherwise hold in place of each one beyond 2^53.
function replaceBigIntegers(text: string): { text: string; bigIntegers: ReadonlyMap<number, bigint> } {
  const integers = [...tokens(text)].filter(({ token }) => /^[0-9]/.test(token))
  const taken = new Set(integers.map(({ token }) => BigInt(token)))
  const bigIntegers = new Map<number, bigint>()
  let free = Number.MAX_SAFE_INTEGER
  let small = ''
  let copied = 0
  for (const { token, end } of integers) {
    const value = BigInt(token)
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) continue
    while (taken.has(BigInt(free))) free--
    bigIntegers.set(free, value)
    small += text.slice(copied, end - token.length) + String(free)
    copied = end
    free--
  }
  return { text: small + text.slice(copied), bigIntegers }
}

const tokenForms = /"(?:[^"\\]|\\[^])*"|\/\/[^\n\r]*|[A-Za-z_][A-Za-z0-9_]*|\?[A-Za-z_]+|[0-9]+|[;()[\]{}]/g

// Only what matters here: strings and comments hide what is in them, names hide the digits in them. A quotation mark that opens no
// string hides nothing.
function* tokens(text: string): Generator<{ token: string; end: number }> {
  for (const found of text.matchAll(tokenForms)) yield { token: found[0], end: found.index + found[0].length }
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1
}
