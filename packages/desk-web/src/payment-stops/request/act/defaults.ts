import type { FreezeRequest, PaymentStopView } from '@holdfast/payment-stop/language'
import type { Act } from '../../../commands/act.ts'
import type { Values } from './schema-form.ts'

/**
 * Initial values: the currency of the request, the report that awaits a decision, the current share, the document to
 * correct.
 */
export function defaultsOf(
  command: Act['command'],
  { amounts, movedOnward, sharedWith }: PaymentStopView,
  document: Partial<FreezeRequest> | undefined,
): Values {
  const currency = amounts.requested?.currency ?? ''
  // A share of another request is withdrawn there.
  const share = sharedWith?.find(({ of }) => of === undefined)
  const waiting = movedOnward.find(({ report, declined }) => report !== undefined && !(command === 'DeclineOnward' && declined))
  const document_ = command === 'ProvideInformation' && document ? { '/request': JSON.stringify(document, null, 2) } : {}
  return {
    '/amount/currency': currency,
    '/charges/currency': currency,
    '/onward/amount/currency': currency,
    ...(waiting?.report === undefined || command === 'CorrectAnswer' ? {} : { '/report': String(waiting.report) }),
    ...(share ? { '/share': String(share.share) } : {}),
    ...document_,
  }
}
