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

/** A transaction through which whole tables move as PostgreSQL's COPY text (UTF-8). One statement at a time. */
export interface BulkTransaction extends Transaction {
  /** Run COPY ... TO STDOUT. The caller reads to the end. */
  copyOut(statement: string): AsyncIterable<Uint8Array>
  /** Run COPY ... FROM STDIN and return how many rows it took in. What `content` throws ends the transaction. */
  copyIn(statement: string, content: AsyncIterable<Uint8Array>): Promise<number>
}

export interface Database extends Sql {
  /**
   * Run `work` in one transaction and return once it is durable. Rolls back and rethrows whatever `work` throws.
   * Throws Problem `unavailable` when the database cannot be reached or the outcome of the commit is unknown.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * Run `work` in one transaction on a connection of its own, without a limit of time, and never again when it is lost:
   * `snapshot` sees one moment (REPEATABLE READ, READ ONLY), `scratch` sees one and makes itself a temporary table, after which the
   * work has it READ ONLY, `load` writes. Throws as `transaction` does.
   */
  bulk<T>(mode: 'snapshot' | 'scratch' | 'load', work: (tx: BulkTransaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** One module's migrations: SQL files `NNN-name.sql` in `folder`, applied once each, in order. */
export interface ModuleMigrations {
  readonly module: string
  readonly folder: URL
  /** What a file cannot say in SQL, by its name: done after it, in the same transaction. Its digest is that of the file alone. */
  readonly fills?: Readonly<Record<string, (tx: Transaction) => Promise<void>>>
}
