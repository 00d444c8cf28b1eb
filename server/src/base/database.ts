// The database as the modules see it. Rows come out as `unknown` members and are parsed in each module's store.ts.

export type Row = Readonly<Record<string, unknown>>

/** A statement; a named one is prepared once per connection. */
export type Statement = string | { readonly name: string; readonly text: string }

export interface Sql {
  query(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>
}

declare const open: unique symbol

/** An open transaction, READ COMMITTED. What is asked through it commits or rolls back together. */
export interface Transaction extends Sql {
  readonly [open]: true
}

export interface Database extends Sql {
  /**
   * Run `work` in one transaction and return once it is durable. Rolls back and rethrows whatever `work` throws.
   * Throws Problem `unavailable` when the database cannot be reached or the outcome of the commit is unknown.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** One module's migrations: SQL files `NNN-name.sql` in `folder`, applied once each, in order. */
export interface ModuleMigrations {
  readonly module: string
  readonly folder: URL
}
