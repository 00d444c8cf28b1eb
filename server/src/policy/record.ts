// The ledger entry of a decision: everything that is needed to decide it again, and nothing personal in the clear.

import { createHash } from 'node:crypto'
import type { Id, JsonObject, Json, Reason } from '@sallyport/protocol'
import { canonicalJson, toBase64Url } from '@sallyport/protocol'
import type { EntryDraft } from '../ledger/index.ts'
import type { Gathered } from './attributes.ts'
import type { FactRules } from './facts.ts'
import type { DecisionRequest, ListRequest, SurveyRequest } from './request.ts'
import type { SeenPerson, Snapshot } from './snapshot.ts'

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
      subject: subjectOf(request, person),
      attributes: attributes as unknown as Json,
      labels: { names: labels.labels, unknown: labels.unknown.slice(0, 20), items: labels.items },
      place: { name: request.place.name, country: request.place.country },
      evidence: request.evidence,
      policy: { digest: verdict.policyDigest, determining: verdict.determining },
      reasons: verdict.reasons.map((one) => one.code),
      reliance: coverage.live ? { ...coverage.reliance } : null,
      obligations: obligations.map((one) => ({ id: one.id, fqn: one.fqn, source: one.source })),
      ...(gathered.isDeleted ? { deleted: true } : {}),
      ...(gathered.closedBy === null ? {} : { closedBy: gathered.closedBy }),
      ...(gathered.rescue === null ? {} : { rescue: { ...gathered.rescue } }),
      ...(gathered.withoutAdded === null ? {} : { withoutAdded: gathered.withoutAdded as unknown as Json }),
      seen: { epoch: seen.epoch, atMs: seen.atMs },
      ...personal(gathered, rules),
    },
  }
}

/** Write the draft of the one entry of a list. */
export function filterDraft(
  request: Pick<ListRequest, 'subject' | 'place'> & { readonly action: string | null },
  snapshot: Snapshot,
  outcome: { asked: number; permitted: readonly string[] },
  id: Id<'entry'>,
): EntryDraft {
  const person = snapshot.person(request.subject)
  return {
    id,
    kind: 'decision.filter',
    actor: person?.facts.id ?? null,
    about: null,
    body: {
      action: request.action,
      subject: subjectOf(request, person),
      place: { name: request.place.name, country: request.place.country },
      policy: { digest: snapshot.policyDigest },
      asked: outcome.asked,
      permitted: outcome.permitted.length,
      permittedSha256: createHash('sha256')
        .update(canonicalJson([...outcome.permitted].sort()))
        .digest('hex'),
      seen: { epoch: snapshot.epoch, atMs: snapshot.atMs },
    },
  }
}

/** Write the draft of the one entry of a question about others; its subject is who asked. */
export function surveyDraft(
  request: SurveyRequest,
  snapshot: Snapshot,
  outcome: { asked: number; permitted: readonly string[] },
  id: Id<'entry'>,
): EntryDraft {
  const draft = filterDraft(request, snapshot, outcome, id)
  return { ...draft, body: { ...draft.body, door: request.door, evidence: request.evidence } }
}

function subjectOf({ subject }: Pick<ListRequest, 'subject'>, person: SeenPerson | null): JsonObject {
  return {
    ...(subject.kind === 'identity' ? { issuer: subject.issuer, subject: subject.subject } : {}),
    version: person?.facts.version ?? null,
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
    briefedOn: person.facts.briefedOn,
    assignments: person.facts.assignments.map((one) => ({ ...one })),
    coverage: coverage.live ? '' : coverage.text,
    gap: coverage.live ? '' : coverage.gap,
  })
  return { sealed: toBase64Url(rules.sealForPerson(text, person.personKey, person.facts.id)) }
}
