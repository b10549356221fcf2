import type { SQLInputValue } from 'node:sqlite'

// Messages between this process and its worker threads and check processes. Their programs are JavaScript: to strip
// types, a thread loads its own compiler, which permanently takes 18 MB.

/** Requests a checkpoint: copying the write-ahead log into its database. */
export interface CheckpointRequest {
  readonly id: number
  readonly path: string
}

export interface CheckpointResult {
  readonly id: number
  /** Pages of the log that are in the database; undefined if it failed. */
  readonly copied: number | undefined
}

/** The options of a writer thread. */
export interface WriterThreadData {
  readonly path: string
  /** Overwrites deleted data with zeros. */
  readonly secureDelete: boolean
}

/** Statements to run in this order and commit together. */
export interface ScriptRequest {
  readonly id: number
  /** New statements; they get the next free numbers. */
  readonly statements: readonly string[]
  /**
   * For each statement: its number, its count of values, and the values. One flat list, because a nested one takes
   * twice as long to copy.
   */
  readonly runs: readonly SQLInputValue[]
}

export interface ScriptResult {
  readonly id: number
  /** Set if nothing was written; `code` is SQLite's. */
  readonly fault?: { readonly message: string; readonly code: number }
}

/**
 * `found` is the first damage, or null if the file is intact. `fault` is set if the file could not be read, with
 * SQLite's code.
 */
export interface CheckResult {
  readonly found?: string | null
  readonly fault?: { readonly message: string; readonly code: number }
}
