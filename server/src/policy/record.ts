// The ledger entry of a decision: everything that is needed to decide it again, and nothing personal in the clear.

import type { Id, JsonObject, Json, Reason } from '@sallyport/protocol'
import { canonicalJson, toBase64Url } from '@sallyport/protocol'
import type { EntryDraft } from '../ledger/index.ts'
import type { Gathered } from './attributes.ts'
import type { FactRules } from './facts.ts'
import type { DecisionRequest } from './request.ts'

export interface Verdict {
  readonly effect: 'permit' | 'deny'
  readonly policyDigest: string | null
  readonly determining: readonly string[]
  readonly reasons: readonly Reason[]
}

/** Write the draft of one decision's entry. */
export function decisionDraft(
  request: DecisionRequest,
  gathered: Gathered,
  verdict: Verdict,
  seen: { epoch: number; atMs: number },
  id: Id<'entry'>,
  rules: FactRules,
): EntryDraft {
  const { person, coverage, labels, obligations, attributes } = gathered
  const { resource } = request
  return {
    id,
    kind: `decision.${verdict.effect}`,
    actor: person?.facts.id ?? null,
    about: { kind: resource.kind, id: attributes.resource.id },
    body: {
      action: request.action,
      subject: {
        ...(request.subject.kind === 'identity'
          ? { issuer: request.subject.issuer, subject: request.subject.subject }
          : {}),
        version: person?.facts.version ?? null,
      },
      attributes: attributes as unknown as Json,
      labels: { names: labels.labels, unknown: labels.unknown.slice(0, 20), items: labels.items },
      place: { name: request.place.name, country: request.place.country },
      evidence: request.evidence,
      policy: { digest: verdict.policyDigest, determining: verdict.determining },
      reasons: verdict.reasons.map((one) => one.code),
      reliance: coverage.live ? { ...coverage.reliance } : null,
      obligations: obligations.map((one) => ({ id: one.id, fqn: one.fqn, source: one.source })),
      seen: { epoch: seen.epoch, atMs: seen.atMs },
      ...personal(gathered, rules),
    },
  }
}

// What the entry says about a foreign person's countries is readable only with that person's own key.
function personal({ person, coverage }: Gathered, rules: FactRules): JsonObject {
  if (person === null || person.facts.ties === null) return {}
  const text = canonicalJson({
    ties: { ...person.facts.ties },
    employer: person.facts.employer,
    regularEmployee: person.facts.isRegularEmployee,
    nda: person.facts.hasNda,
    assignments: person.facts.assignments.map((one) => ({ ...one })),
    coverage: coverage.live ? '' : coverage.text,
  })
  return { sealed: toBase64Url(rules.sealForPerson(text, person.personKey, person.facts.id)) }
}
