import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

/** A row of which nobody has said what its columns are. */
export type SqliteRow = Record<string, SQLOutputValue>

/** A prepared statement. What it throws for damage is a DamagedFileError. */
export interface SqliteStatement<Row = SqliteRow> {
  run(...values: SQLInputValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  /** To be read to where it is wanted within the same turn of the event loop. */
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

export interface Statements {
  /** Made once per text. */
  prepare<Row = SqliteRow>(sql: string): SqliteStatement<Row>
  /** There is another database: each is compiled again when it is used next. */
  renewed(): void
  clear(): void
}

export interface StatementsOptions {
  current(): DatabaseSync
  /** True where the statement is not to be run, as somebody else runs it. */
  putDown(sql: string, values: readonly SQLInputValue[]): boolean
  /** Gives what to throw for what SQLite has thrown. */
  asFault(error: unknown): unknown
}

/** What a statement comes to that somebody else runs. */
const saidAlone = { changes: 0, lastInsertRowid: 0 } as const

export function createStatements({ current: database, putDown, asFault }: StatementsOptions): Statements {
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
    let of = generation
    const current = (): StatementSync => {
      if (of !== generation) {
        compiled = database().prepare(sql)
        of = generation
      }
      return compiled
    }
    // Written out: a function that is made for each call is a tenth of what a small statement takes.
    const statement: SqliteStatement = {
      run(...values) {
        if (putDown(sql, values)) return saidAlone
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
          // A statement that is not read to its end would go on reading at its moment.
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
