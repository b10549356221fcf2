import type { CommandKind, Money, PaymentStopView } from '@holdfast/payment-stop/language'
import { countryName } from '../../../components/instant.tsx'
import type { Translate } from '../../../locales/index.ts'
import { amountInWords } from '../../money/amount.tsx'
import { stillFrozen } from '../../money/money-parts.ts'

type About = Pick<PaymentStopView, 'amounts' | 'phase'>
type Body = Readonly<{ amount?: Money; country?: string }>

/** What giving a command leads to, in one or two sentences: what is released, what ends, what can not be undone. */
export function consequenceOf(command: CommandKind, data: unknown, { amounts, phase }: About, t: Translate): string {
  const { amount, country } = (data ?? {}) as Body
  const held = stillFrozen(amounts)
  switch (command) {
    case 'ReportFreeze':
    case 'ReportReturn':
      return amount ? t(`request.consequences.${command}`, { amount: amountInWords(amount) }) : t('request.consequences.other')
    case 'ReportMovedOnward': {
      if (!amount || !country) return t('request.consequences.other')
      return t('request.consequences.ReportMovedOnward', { amount: amountInWords(amount), country: countryName(country, t) })
    }
    case 'ConfirmFreeze':
    case 'ExtendFreeze':
    case 'InitiateReturn':
    case 'Release':
    case 'CloseUnrecovered':
      return held ? t(`request.consequences.${command}`, { amount: amountInWords(held) }) : t('request.consequences.other')
    case 'Withdraw':
      return phase === 'frozen' && held
        ? t('request.consequences.WithdrawHeld', { amount: amountInWords(held) })
        : t('request.consequences.Withdraw')
    case 'PassAssessment':
    case 'SendToReview':
    case 'MarkDuplicate':
    case 'OpenRequest':
    case 'DeadlinePassed':
    case 'ReportUndelivered':
    case 'RecordDestruction':
    case 'ConfirmDestruction':
      return t('request.consequences.other')
    default:
      return t(`request.consequences.${command}`)
  }
}
