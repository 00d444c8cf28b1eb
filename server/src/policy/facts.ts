// What the decision point reads about people, authorizations and labels, and the rules that it asks other modules for.
// The interfaces stand here because policy owns them; roster, authorizations and files implement them, main joins them.

import type {
  Action,
  Assignment,
  AuthorizationTerms,
  CountryTies,
  Id,
  Obligation,
  PersonStatus,
  Reliance,
  Role,
} from '@sallyport/protocol'
import type { LabelFacts, Place } from './request.ts'

/** One person as one snapshot saw them. */
export interface PersonFacts {
  readonly id: Id<'person'>
  readonly version: number
  readonly status: PersonStatus
  readonly roles: readonly Role[]
  readonly assignments: readonly Assignment[]
  /** Party (authorization vocabulary) whose employee the person is; null for the enclave's own people. */
  readonly employer: string | null
  readonly isRegularEmployee: boolean
  readonly hasNda: boolean
  /** Day of the last briefing on record, `YYYY-MM-DD`; null for none. */
  readonly briefedOn: string | null
  /** False while counsel has not decided that it bars, whatever the roster records. */
  readonly actsForForeignEmployer: boolean
  /** Only foreign persons have any here. */
  readonly ties: CountryTies | null
}

/** An authorization that was effective (approved, not ended) in the snapshot; its dates are still to be checked. */
export interface AuthorizationFacts {
  readonly id: Id<'authorization'>
  readonly version: number
  readonly terms: AuthorizationTerms
}

/** One row of the dated list of 22 CFR 126.1 that holds at the time of the snapshot. */
export interface ProscribedCountry {
  readonly country: string
  readonly paragraph: string
}

export interface CoverageQuestion {
  readonly person: PersonFacts
  readonly action: Action
  readonly place: Pick<Place, 'country'>
  readonly labels: LabelFacts
  readonly authorizations: readonly AuthorizationFacts[]
  readonly proscribed: readonly ProscribedCountry[]
  /** Countries of 22 CFR 126.18(d) at the time of the snapshot. */
  readonly nationals: readonly string[]
  /** Whether the person acknowledged a proviso of an authorization, in exactly these words. */
  readonly acknowledged: (authorization: Id<'authorization'>, proviso: string, text: string) => boolean
  /** By the database's clock, milliseconds since the Unix epoch. */
  readonly atMs: number
}

/** Whether one live authorization covers a foreign person for one file: all of it, or nothing. */
export type Coverage =
  | {
      readonly live: true
      readonly reliance: Reliance
      /** Countries where the release may take place besides the United States. */
      readonly territories: readonly string[]
      readonly obligations: readonly Obligation[]
    }
  | {
      readonly live: false
      /** Stable code of the nearest miss: `no-authorization`, `expired`, `not-yet-valid`, `country`, `release-list`, `proscribed-country`,
       * `person`, `item`, `program`, `purpose`, `jurisdiction`, `proviso`, `acknowledgment`, `nationality-unknown`. */
      readonly gap: string
      /** Plain words, free of other people's data; may name the authorization's number and the missing element. */
      readonly text: string
    }

export type CoverageRule = (question: CoverageQuestion) => Coverage

/** Rules that main wires in from the modules that own them. */
export interface FactRules {
  readonly coverage: CoverageRule
  /** Open the sealed country ties of a foreign person. Throws Problem `unavailable` when the key cannot be had. */
  readonly openTies: (sealed: Uint8Array, personKey: Uint8Array, personId: Id<'person'>) => CountryTies
  /** Seal what an entry says about a foreign person's countries under the person's own key. */
  readonly sealForPerson: (text: string, personKey: Uint8Array, personId: Id<'person'>) => Uint8Array
}
