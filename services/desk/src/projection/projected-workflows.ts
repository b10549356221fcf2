import type { Workflow } from '@holdfast/core'
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
  readonly workflow: Pick<Workflow, 'name' | 'phases' | 'views'>
  openTables?(file: SqliteFile): OwnTables
}

/** The workflows of a desk. */
export interface ProjectedWorkflows {
  readonly all: readonly ProjectedWorkflow[]
  /** The one to which a partition of the ledgers belongs. */
  at(partition: number): ProjectedWorkflow
}

/** The phases of all workflows, each once. */
export const phasesOf = (all: readonly ProjectedWorkflow[]): readonly string[] => [
  ...new Set(all.flatMap(({ workflow }) => workflow.phases)),
]
