import type { PaymentStopAlert } from '@holdfast/payment-stop/language'
import type { Translate } from '../locales/index.ts'
import { amountInWords } from './money/amount.tsx'

/**
 * The text of an alert in the reader's language. Undefined where there is none: of an older desk, which gives no code, or
 * of a newer one, whose code is not known here.
 */
export function alertText({ code, parameters = {} }: Pick<PaymentStopAlert, 'code' | 'parameters'>, t: Translate): string | undefined {
  const { amount, country, command } = parameters
  if (code === undefined) return undefined
  if (code === 'movedOnward') {
    if (!amount || !country) return undefined
    const name = new Intl.DisplayNames([t.tag], { type: 'region', fallback: 'code' }).of(country) ?? country
    return t('alerts.movedOnward', { amount: amountInWords(amount), country: name })
  }
  if (code === 'proposed') return command && t('alerts.proposed', { command: t.find(`commands.${command}`) ?? command })
  return t.find(`alerts.${code}`)
}
