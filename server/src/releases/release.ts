// One release, and what a record of them is asked for.

import type { Id, Reliance } from '@sallyport/protocol'

/** Countries of a foreign person as the decision counted them. */
export interface CountriesUsed {
  readonly citizenships: readonly string[]
  readonly formerCitizenships: readonly string[]
  readonly permanentResidencies: readonly string[]
}

export interface Release {
  /** The decision that gave the key. */
  readonly decisionId: Id<'entry'>
  readonly ledgerIndex: number
  /** By the database's clock, milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly recipient: {
    readonly id: Id<'person'>
    /** As the roster has it now; empty where it has nobody of that id. */
    readonly name: string
    /** Of their record, as it was read for the decision. */
    readonly version: number | null
    readonly status: string
  }
  /**
   * `none` for whom nationality is not kept; `sealed` where nobody asked with a purpose; `erased` where the key of the person is gone;
   * or as they were.
   */
  readonly countries: 'none' | 'sealed' | 'erased' | CountriesUsed
  readonly file: { readonly id: Id<'file'>; readonly name: string; readonly vault: string }
  readonly items: readonly string[]
  readonly programs: readonly string[]
  /** Door of the gate through which the key went. */
  readonly door: string
  readonly place: { readonly name: string; readonly country: string | null }
  /** Null for U.S. persons, for whom none is needed. */
  readonly reliance: Reliance | null
  /**
   * Until when its record is kept at least, milliseconds since the Unix epoch; null to a foreign person, where that of the authorization counts.
   */
  readonly keptUntilMs: number | null
  /** A key that was permitted and could not be handed out, or one of several: the ledger has an entry that says so. */
  readonly isFailed: boolean
}

export interface ReleaseQuestion {
  readonly authorizationId: Id<'authorization'> | null
  /** A human being: records that were merged with this one are asked for as well. */
  readonly personId: Id<'person'> | null
  readonly fileId: Id<'file'> | null
  /** Where it happened, by ISO 3166-1: of the place, as the gate knew it. */
  readonly placeCountry: string | null
  /**
   * One of the countries that counted. They are sealed: it is answered by opening those of every foreign person who is otherwise of the
   * question, each a look on record.
   */
  readonly nationality: string | null
  /** By the database's clock, milliseconds since the Unix epoch; null where there is no bound. */
  readonly fromMs: number | null
  /** The first moment that is no longer asked for. */
  readonly toMs: number | null
}

/**
 * Open the countries that these entries keep of one person, once the look is on record. Yields what each entry keeps as JSON, in their
 * order; null where the key of the person is gone.
 */
export type LookAtCountries = (
  personId: Id<'person'>,
  kept: readonly { readonly entryId: Id<'entry'>; readonly sealed: Uint8Array }[],
) => Promise<readonly (string | null)[]>
