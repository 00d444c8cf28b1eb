// What every module stands on: configuration, clock and randomness, identifiers, the database, logs and metrics.
// It knows nothing of people, decisions or keys.

export { newId, systemClock, systemRandomness, type Clock, type Randomness } from './clock.ts'
export type { Database, ModuleMigrations, Row, Sql, Statement, Transaction } from './database.ts'
