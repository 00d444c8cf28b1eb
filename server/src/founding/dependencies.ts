// What the use cases of founding stand on, and who calls them.

import { Problem } from '@sallyport/protocol'
import type { RosterDependencies } from '../roster/index.ts'

/** Founding writes to the roster in the end, and seals what it says about people as the roster does. */
export type FoundingDependencies = RosterDependencies

/** Who signed in, as identity verified them. */
export interface FoundingCaller {
  readonly issuer: string
  readonly subject: string
  readonly isNaturalPerson: boolean
}

export function refused(verb: string, state: string): Problem {
  return new Problem('refused', `cannot ${verb}: ${state}`)
}
