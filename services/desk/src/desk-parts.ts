import type { BasicSummary, Workflow } from '@holdfast/core'
import type { DispatchedOrder, Problem, RequestView, Result } from '@holdfast/schemas'
import type { ProjectedWorkflow } from './projection/projected-workflows.ts'
import type { RequestProjection } from './projection/request-projection.ts'

/** A workflow, and what it adds to the endpoints of every workflow. */
export interface DeskParts extends ProjectedWorkflow {
  readonly workflow: Workflow
  /** The sums of a case, by group. */
  caseSumsOf?(summaries: readonly BasicSummary[]): object[]
  /** The requests that follow from one, as a country may see them. */
  childrenOf?(views: Pick<RequestProjection, 'find' | 'list'>, parent: RequestView, country: string): object[]
  /** What a listed proposal shows of its request besides its case. */
  detailsOfProposal?(request: RequestView): object
  /** Parses a sent order. */
  parseOrder?(order: unknown): Result<DispatchedOrder, Problem[]>
  /** The answers of institutions: the type of their events, and the parser of their data. */
  readonly answers?: {
    readonly type: string
    parse(data: unknown): Result<unknown, Problem[]>
  }
}
