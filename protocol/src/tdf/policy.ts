// The policy object: what a file's keys are bound to. It travels as base64 text in the manifest, and the binding is made
// over that text exactly as it stands, so a policy is parsed from the text and never written again from the parsed form.

import { fromBase64, fromUtf8, toBase64, utf8 } from '../bytes.ts'
import { parseId, type Id } from '../ids.ts'
import { parseLabel, type Label, type LabelFqn } from '../labels.ts'
import * as z from 'zod'
import { invalidFile } from './refuse.ts'

export interface Policy {
  readonly uuid: Id<'policy'>
  /** In the order of the file, without repetition. */
  readonly labels: readonly Label[]
  /** People named by the file. We enforce none of it: whoever decides must refuse a file whose list is not empty. */
  readonly dissem: readonly string[]
}

const maxPolicyChars = 256 * 1024
const maxLabels = 500

const policyShape = z.object({
  uuid: z.string(),
  body: z.object({
    dataAttributes: z
      .array(z.object({ attribute: z.string() }))
      .max(maxLabels)
      .nullish(),
    dissem: z.array(z.string().max(1000)).max(maxLabels).nullish(),
  }),
})

/**
 * Parse the base64 text of a policy object. Throws Problem `invalid-file` unless its uuid is a UUID and every attribute a
 * label name of `parseLabel`: a label that cannot be read is one that cannot be enforced.
 */
export function parsePolicy(text: string): Policy {
  const parsed = policyShape.safeParse(decode(text))
  if (!parsed.success) throw invalidFile('the policy has another shape', 'uuid, dataAttributes, dissem', parsed.error)
  const { uuid, body } = parsed.data
  const id = parseId<'policy'>(uuid)
  if (id === null) throw invalidFile('the policy has no uuid', 'a uuid')
  const labels = new Map<LabelFqn, Label>()
  for (const { attribute } of body.dataAttributes ?? []) {
    const label = parseLabel(attribute)
    if (label === null) throw invalidFile('the policy has a label that cannot be read', 'attribute value names')
    labels.set(label.fqn, label)
  }
  return { uuid: id, labels: [...labels.values()], dissem: body.dissem ?? [] }
}

/** Write a policy object as the base64 text that goes into the manifest and under the binding; `dissem` is left empty. */
export function writePolicy(policy: { readonly uuid: Id<'policy'>; readonly labels: readonly LabelFqn[] }): string {
  const dataAttributes = policy.labels.map((attribute) => ({ attribute }))
  return toBase64(utf8(JSON.stringify({ uuid: policy.uuid, body: { dataAttributes, dissem: [] } })))
}

function decode(text: string): unknown {
  const bytes = text.length > maxPolicyChars ? null : fromBase64(text)
  if (bytes === null) throw invalidFile('the policy is not base64 or too long', 'base64 of at most 256 KiB')
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch (error) {
    throw invalidFile('the policy is not json', 'a json object', error)
  }
}
