import type { PageWorkflow } from '../workflow/page-workflow.ts'
import { alertText } from './alert-text.ts'
import { amountOf } from './commands/done.ts'
import { NextDue } from './deadlines/next-due.tsx'
import { Amount } from './money/amount.tsx'
import { stillFrozen } from './money/money-parts.ts'

/** What the page shows of payment stops in its lists. */
export const paymentStops: PageWorkflow = {
  figures: [
    { name: 'columns.amount', of: ({ amounts }) => <Amount money={amounts.requested} /> },
    { name: 'columns.frozen', of: ({ amounts }) => <Amount money={stillFrozen(amounts)} /> },
  ],
  nextDue: deadlines => <NextDue deadlines={deadlines} />,
  figureOfProposal: ({ command, data, amounts }) => <Amount money={amountOf(command, data, amounts)} />,
  alertText,
}
