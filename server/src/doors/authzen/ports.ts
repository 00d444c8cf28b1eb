// What the door stands on: the faces of the modules that main wires in.

import type { Logger } from '../../base/index.ts'
import type { PageCursors } from '../../keys/index.ts'
import type { Decision, DecisionRequest, Place, SurveyDecision, SurveyRequest } from '../../policy/index.ts'

/** Who asks, as the token proved it. */
export interface Asker {
  readonly issuer: string
  readonly subject: string
  readonly isNaturalPerson: boolean
  readonly clientId: string
  /** The nonce for the next proof, for a client that owes one; null otherwise. */
  readonly nextNonce: string | null
}

export interface AuthzenDoorParts {
  /** Origin of the gate, `https://gate.example:8443`, no path. */
  readonly origin: string
  /** Throws Problem `not-signed-in`; details.wwwAuthenticate and details.dpopNonce go into the answer's header. */
  readonly verify: (token: {
    readonly authorization: string | undefined
    readonly dpop: string | undefined
    readonly method: string
    readonly url: string
    readonly expectedPurpose: 'authzen'
  }) => Promise<Asker>
  /** The place of an address, by the configured networks. */
  readonly placeOf: (address: string) => Place
  readonly decide: (request: DecisionRequest) => Promise<Decision<DecisionRequest['action']>>
  readonly survey: (asked: SurveyRequest, requests: readonly DecisionRequest[]) => Promise<SurveyDecision>
  /** Ids of people on the roster, in their order. */
  readonly people: (after: string | null, limit: number) => Promise<readonly string[]>
  /** Ids of files that are here, in their order. */
  readonly files: (after: string | null, limit: number) => Promise<readonly string[]>
  readonly cursors: PageCursors
  readonly log: Logger
}
