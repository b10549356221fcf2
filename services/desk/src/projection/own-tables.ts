import type { Views } from '@holdfast/core'
import type { SqliteFile } from '@holdfast/sqlite'
import type { ChangedRequest } from '../lists/country-rows.ts'

/** Tables of a workflow in the file of the projection. Each function is to be called within a write. */
export interface OwnTables {
  /** Once for each request that a batch of records has changed. */
  take(change: Pick<ChangedRequest, 'before' | 'summary' | 'facts'>): void
  /** While the facts of the partition are still there. */
  forget(partition: number): void
  clear(): void
}

/** A workflow, as far as the projection needs it. */
export interface ProjectedWorkflow {
  readonly workflow: { readonly views: Views }
  openTables?(file: SqliteFile): OwnTables
}
