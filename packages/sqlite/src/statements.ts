import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

/** A row with unspecified columns. */
export type SqliteRow = Record<string, SQLOutputValue>

/** A prepared statement. Damage is thrown as DamagedFileError. */
export interface SqliteStatement<Row = SqliteRow> {
  run(...values: SQLInputValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  /** Read it within the same event-loop turn. */
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

export interface Statements {
  /** Cached by text. */
  prepare<Row = SqliteRow>(sql: string): SqliteStatement<Row>
  /** Recompiles each statement at its next use, because the database was replaced. */
  renewed(): void
  clear(): void
}

export interface StatementsOptions {
  current(): DatabaseSync
  /** Returns true if the statement was recorded for the writer thread and must not run here. */
  record(sql: string, values: readonly SQLInputValue[]): boolean
  /** Maps SQLite's error to the one to throw. */
  asFault(error: unknown): unknown
}

/** The result of a statement that the writer thread runs. */
const recordedOnly = { changes: 0, lastInsertRowid: 0 } as const

export function createStatements({ current: database, record, asFault }: StatementsOptions): Statements {
  const statements = new Map<string, SqliteStatement>()
  /** Counts the databases. */
  let generation = 0

  function compile(sql: string): StatementSync {
    try {
      return database().prepare(sql)
    } catch (error) {
      throw asFault(error)
    }
  }

  function make(sql: string): SqliteStatement {
    let compiled = compile(sql)
    let compiledFor = generation
    const current = (): StatementSync => {
      if (compiledFor !== generation) {
        compiled = database().prepare(sql)
        compiledFor = generation
      }
      return compiled
    }
    // Written out, because creating a function per call costs a tenth of a small statement.
    const statement: SqliteStatement = {
      run(...values) {
        if (record(sql, values)) return recordedOnly
        try {
          return current().run(...values)
        } catch (error) {
          throw asFault(error)
        }
      },
      get(...values) {
        try {
          return current().get(...values)
        } catch (error) {
          throw asFault(error)
        }
      },
      all(...values) {
        try {
          return current().all(...values)
        } catch (error) {
          throw asFault(error)
        }
      },
      *iterate(...values) {
        let rows: ReturnType<StatementSync['iterate']> | undefined
        const next = () => {
          try {
            rows ??= current().iterate(...values)
            return rows.next()
          } catch (error) {
            throw asFault(error)
          }
        }
        try {
          for (let row = next(); !row.done; row = next()) yield row.value
        } finally {
          // An unfinished statement would keep its read snapshot open.
          rows?.return?.()
        }
      },
    }
    statements.set(sql, statement)
    return statement
  }

  return {
    prepare: <Row>(sql: string) => (statements.get(sql) ?? make(sql)) as SqliteStatement<Row>,
    renewed: () => void generation++,
    clear: () => statements.clear(),
  }
}
