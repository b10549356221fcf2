import type { SQLInputValue } from 'node:sqlite'

// What is said between this process and its threads, and who checks a file for it. Their programs are JavaScript: to take the types away a thread loads a compiler of its own, which stays, and takes 18 MB.

/** Asks for a write-ahead log to be folded back into its database. */
export interface CheckpointRequest {
  readonly id: number
  readonly path: string
}

export interface CheckpointResult {
  readonly id: number
  /** Pages of the log that are in the database; undefined where it failed. */
  readonly folded: number | undefined
}

/** Of a thread that writes one file. */
export interface WriterThreadData {
  readonly path: string
  /** What is deleted is overwritten with zeros. */
  readonly secureDelete: boolean
}

/** What is to be run in this order and committed together. */
export interface ScriptRequest {
  readonly id: number
  /** Texts of statements that are new: they get the numbers behind those that are known. */
  readonly statements: readonly string[]
  /** For each: the number of its statement, how many values it has, and these. One list, as copying one for each takes twice as long. */
  readonly runs: readonly SQLInputValue[]
}

export interface ScriptResult {
  readonly id: number
  /** Why nothing of it was written, where it was not; `code` is SQLite's. */
  readonly fault?: { readonly message: string; readonly code: number }
}

/** Of a check: what is wrong first, null where nothing is; or why the file could not be read, with SQLite's code. */
export interface CheckResult {
  readonly found?: string | null
  readonly fault?: { readonly message: string; readonly code: number }
}
