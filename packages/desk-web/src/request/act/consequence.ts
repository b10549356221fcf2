import type { CommandKind, Money, RequestView } from '@holdfast/schemas'
import { countryName } from '../../components/instant.tsx'
import { amountInWords } from '../../money/amount.tsx'
import { stillFrozen } from '../../money/money-parts.ts'
import type { Words } from '../../words/index.ts'

type About = Pick<RequestView, 'amounts' | 'phase'>
type Body = Readonly<{ amount?: Money; country?: string }>

/** What giving a command leads to, in one or two sentences: what is let go, what ends, what can not be undone. */
export function consequenceOf(command: CommandKind, data: unknown, { amounts, phase }: About, words: Words): string {
  const { consequences } = words.request
  const { amount, country } = (data ?? {}) as Body
  const held = stillFrozen(amounts)
  switch (command) {
    case 'ReportFreeze':
    case 'ReportReturn':
      return amount ? consequences[command](amountInWords(amount)) : consequences.other
    case 'ReportMovedOnward': {
      if (!amount || !country) return consequences.other
      return consequences.ReportMovedOnward(amountInWords(amount), countryName(country, words))
    }
    case 'ConfirmFreeze':
    case 'ExtendFreeze':
    case 'InitiateReturn':
    case 'Release':
    case 'CloseUnrecovered':
      return held ? consequences[command](amountInWords(held)) : consequences.other
    case 'Withdraw':
      return phase === 'frozen' && held ? consequences.WithdrawHeld(amountInWords(held)) : consequences.Withdraw
    case 'PassAssessment':
    case 'SendToReview':
    case 'MarkDuplicate':
    case 'OpenRequest':
    case 'DeadlinePassed':
    case 'ReportUndelivered':
    case 'RecordDestruction':
    case 'ConfirmDestruction':
      return consequences.other
    default:
      return consequences[command]
  }
}
