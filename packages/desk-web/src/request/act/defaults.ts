import type { FreezeRequest, RequestView } from '@holdfast/schemas'
import type { Act } from '../../commands/act.ts'
import type { Values } from './schema-form.ts'

/** What is filled in before anybody has: the currency of the request, the report that waits for a word, the share that stands, the document that is to be corrected. */
export function defaultsOf(
  command: Act['command'],
  { amounts, movedOnward, sharedWith }: RequestView,
  document: Partial<FreezeRequest> | undefined,
): Values {
  const currency = amounts.requested?.currency ?? ''
  // One of another request is withdrawn there.
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
