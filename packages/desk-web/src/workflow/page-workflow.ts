import type { ApiTypes } from '@holdfast/schemas'
import { createContext, type ReactNode, use } from 'react'
import type { Translate } from '../locales/index.ts'

/** A value of a request that lists show, such as an amount. */
export interface Figure<T extends ApiTypes = ApiTypes> {
  readonly name: 'columns.amount' | 'columns.frozen'
  of(request: T['view']): ReactNode
}

/** What lists and the inbox show of a workflow's requests. The page's entry gives it to them. */
export interface PageWorkflow<T extends ApiTypes = ApiTypes> {
  /** The phases in the order of a request's life, with the path of an icon of 16 by 16. */
  readonly phases: ReadonlyMap<string, { readonly icon: string; readonly isFinal?: true }>
  /** The countries of a request, the requesting country first. */
  countriesOf(request: T['view'] | T['alert']): readonly string[]
  /** The columns of a list after the state. The inbox shows the first one. */
  readonly figures: readonly [Figure<T>, ...Figure<T>[]]
  /** The columns of a CSV file after those of every workflow. */
  readonly csvColumns: readonly string[]
  csvCellsOf(request: T['view']): readonly string[]
  /** The next deadline of a request that requires an action. */
  nextDue(deadlines: T['view']['deadlines']): ReactNode
  /** What a proposal is about. */
  figureOfProposal(proposal: T['proposal']): ReactNode
  /** The text of an alert in the reader's language. Undefined where there is none. */
  alertText(alert: Pick<T['alert'], 'code' | 'parameters'>, t: Translate): string | undefined
}

export const PageWorkflowContext = createContext<PageWorkflow | undefined>(undefined)

export function usePageWorkflow(): PageWorkflow {
  const workflow = use(PageWorkflowContext)
  if (!workflow) throw new Error('the page has no workflow')
  return workflow
}
