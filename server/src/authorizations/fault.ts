// What is wrong with one member of the terms.

export interface Fault {
  /** Path into the terms, as `determinations.0.country`. */
  readonly field: string
  readonly text: string
}
