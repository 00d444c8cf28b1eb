// The command line, `sallyport <noun> <verb>`: every verb is a client of the gate's public interfaces and holds what must
// not leave this machine. Tables and JSON go to stdout, everything else to stderr; the exit code tells done (0), failed (1),
// wrong use (2) and refused by decision (3) apart.

export type { Environment, Exit } from './environment.ts'
export { processEnvironment, run } from './main.ts'
