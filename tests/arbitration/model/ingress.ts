import type { Model, ModelStep } from '../model.ts'
import { numberOf } from '../trace.ts'

const scope = 'exactly 3 Instant, exactly 1 Key, exactly 2 Content, exactly 3 Request, exactly 3 Sending'

export const ingress: Model = {
  name: 'ingress',
  about: 'the ingress of requests and its idempotency keys',
  scope: { small: scope, large: 'exactly 4 Instant, exactly 2 Key, exactly 3 Content, exactly 8 Request, exactly 5 Sending' },
  promises: {
    'request-kept': 'a receipt names a request with another document',
    'request-once': 'one key with its document is two requests, or two are one',
    'receipt-same': 'a repeat gets another receipt',
  },
  guards: [
    { without: 'key_and_document', promise: 'request-kept', states: 4, scope },
    { without: 'first_receipt', promise: 'receipt-same', states: 7, scope, never: ['LeaseEnds'] },
    { without: 'claimed_key', promise: 'receipt-same', states: 5, scope },
  ],
  assumptions: [],
  moments: [
    'a_repeat_has_another_instant',
    'a_repeat_gets_the_first_answer',
    'a_forgotten_key_is_used_for_other_content',
    'other_content_is_refused',
    'a_repeat_finds_when_it_came_first',
  ].map(name => ({ name, states: 7, scope })),
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const what = before.one('Step', 'what') ?? ''
  const sent = `document ${names.letter(before.one(what, 'says') ?? '')}`
  const request = `request ${names.number('request', before.one('Step', 'of') ?? '')}`
  const at = numberOf(before.one('Step', 'at'))
  switch (act) {
    case 'Publishes':
      return `${sent} arrives under the key: ${request} is published as received at ${at}`
    case 'Answers':
      return `the sender of ${sent} gets a receipt for ${request}, received at ${at}`
    case 'AnswersAgain':
      return `${sent} is repeated and gets the first receipt`
    case 'Refuses':
      return after.one(what, 'receipt')
        ? `${sent} arrives under the key of another document and gets a receipt for ${request}, received at ${at}`
        : `${sent} arrives under the key of another document and is refused`
    case 'Dies':
      return 'the ingress dies before it answers'
    case 'LedgerOpens':
      return `the ledger opens ${request}`
    case 'KeyForgotten':
      return 'the key expires'
    case 'LeaseEnds':
      return 'the lease of the key ends'
    case 'StoreGoesBack':
      return 'the store is restored from an older copy'
    default:
      return 'the ledger rebuilds its states'
  }
}
