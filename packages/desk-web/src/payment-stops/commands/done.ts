import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'
import type { MemberCommand } from '../../commands/act.ts'
import type { Translate } from '../../locales/index.ts'
import { amountInWords } from '../money/amount.tsx'
import { stillFrozen } from '../money/money-parts.ts'
import { factsOfCommands } from './facts-of-commands.ts'

/**
 * The amount of a command: its own, the frozen amount, or for a verification the requested one. Undefined if it has
 * none.
 */
export function amountOf(command: MemberCommand, data: unknown, amounts: PaymentStopView['amounts']): Money | undefined {
  const own = (data as { readonly amount?: Money } | undefined)?.amount
  if (own) return own
  switch (command) {
    case 'ApproveVerification':
      return amounts.requested
    case 'ConfirmFreeze':
    case 'ExtendFreeze':
    case 'InitiateReturn':
    case 'Release':
    case 'CloseUnrecovered':
    case 'Withdraw':
      return stillFrozen(amounts)
    default:
      return undefined
  }
}

/** What was done, by the name of the fact that it became and with the money that it was about. */
export function doneText(command: MemberCommand, data: unknown, amounts: PaymentStopView['amounts'], t: Translate): string {
  const money = amountOf(command, data, amounts)
  const isSome = money && /[1-9]/.test(money.value)
  const what = [t(`facts.${factsOfCommands[command]}`), ...(isSome ? [amountInWords(money)] : [])]
  return t('request.doneAs', { what: new Intl.ListFormat(t.tag, { type: 'unit' }).format(what) })
}
