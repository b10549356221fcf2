import type { AlertView, ProposalView, RequestView } from '@holdfast/schemas'
import { createContext, type ReactNode, use } from 'react'
import type { Translate } from '../locales/index.ts'

/** A value of a request that lists show, such as an amount. */
export interface Figure {
  readonly name: 'columns.amount' | 'columns.frozen'
  of(request: RequestView): ReactNode
}

/** What lists and the inbox show of a workflow's requests. The page's entry gives it to them. */
export interface PageWorkflow {
  /** The columns of a list after the state. The inbox shows the first one. */
  readonly figures: readonly [Figure, ...Figure[]]
  /** The next deadline of a request that requires an action. */
  nextDue(deadlines: RequestView['deadlines']): ReactNode
  /** What a proposal is about. */
  figureOfProposal(proposal: ProposalView): ReactNode
  /** The text of an alert in the reader's language. Undefined where there is none. */
  alertText(alert: Pick<AlertView, 'code' | 'parameters'>, t: Translate): string | undefined
}

export const PageWorkflowContext = createContext<PageWorkflow | undefined>(undefined)

export function usePageWorkflow(): PageWorkflow {
  const workflow = use(PageWorkflowContext)
  if (!workflow) throw new Error('the page has no workflow')
  return workflow
}
