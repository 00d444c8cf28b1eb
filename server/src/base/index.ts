// What every module stands on: configuration, clock and randomness, identifiers, the database, logs and metrics.
// It knows nothing of people, decisions or keys.

export { drawAhead, newId, systemClock, systemRandomness, type Clock, type Randomness } from './clock.ts'
export { isYetToCome } from './day.ts'
export { currentAct, onBehalf, type Act } from './act.ts'
export { mustMatch, type IfMatch } from './if-match.ts'
export { loadConfig, unknownVariables, type ConfigSources, type Environment } from './config.ts'
export type { Config } from './config-schema.ts'
export type { BulkTransaction, Database, ModuleMigrations, Row, Sql, Statement, Transaction } from './database.ts'
export {
  isRefusedValue,
  openDatabase,
  violatedConstraint,
  type DatabaseLocation,
  type DatabaseOptions,
  type DatabaseSocket,
} from './postgres.ts'
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts'
export { groupCommit, type GroupCommitOptions } from './group-commit.ts'
export {
  migrate,
  migrateIn,
  readMigrations,
  refuseOtherMigrations,
  type AppliedMigration,
  type MigrationRecord,
} from './migrate.ts'
export { repeat, type Repeating } from './repeat.ts'
export { ensureSelfSigned, type SelfSigned, type SelfSignedOptions } from './self-signed.ts'
export {
  openLogger,
  openMetrics,
  silentLogger,
  type CounterMetric,
  type GaugeMetric,
  type HistogramDefinition,
  type HistogramMetric,
  type LogFields,
  type Logger,
  type LogLevel,
  type MetricDefinition,
  type Metrics,
} from './telemetry.ts'
