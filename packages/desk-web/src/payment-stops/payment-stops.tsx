import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { PageWorkflow } from '../workflow/page-workflow.ts'
import { alertText } from './alert-text.ts'
import { amountOf } from './commands/done.ts'
import { NextDue } from './deadlines/next-due.tsx'
import { Amount } from './money/amount.tsx'
import { stillFrozen } from './money/money-parts.ts'

const amountColumns = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const

/** What the page shows of payment stops in its lists. */
export const paymentStops: PageWorkflow<PaymentStopTypes> = {
  phases: new Map([
    ['received', { icon: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 5v6M5.5 8.5 8 11l2.5-2.5' }],
    ['verified', { icon: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5 8.2l2.2 2.3L11.2 6' }],
    ['frozen', { icon: 'M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2M8 10v2' }],
    ['recovered', { icon: 'M13.5 8a5.5 5.5 0 1 1-2-4.2M11.5 1.5v2.6H8.9', isFinal: true }],
    ['closed', { icon: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5 8h6', isFinal: true }],
  ]),
  countriesOf: ({ requestingCountry, beneficiaryCountry }) => [requestingCountry, beneficiaryCountry],
  figures: [
    { name: 'columns.amount', of: ({ amounts }) => <Amount money={amounts.requested} /> },
    { name: 'columns.frozen', of: ({ amounts }) => <Amount money={stillFrozen(amounts)} /> },
  ],
  csvColumns: ['beneficiaryCountry', 'currency', ...amountColumns],
  csvCellsOf: ({ beneficiaryCountry, amounts }) => [
    beneficiaryCountry,
    amounts.requested?.currency ?? '',
    ...amountColumns.map(amount => amounts[amount]?.value ?? ''),
  ],
  nextDue: deadlines => <NextDue deadlines={deadlines} />,
  figureOfProposal: ({ command, data, amounts }) => <Amount money={amountOf(command, data, amounts)} />,
  alertText,
}
