/** What is wrong with one field of a record. */
export interface Fault {
  readonly field: string
  readonly text: string
}
