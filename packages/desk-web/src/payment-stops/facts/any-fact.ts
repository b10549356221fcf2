import type { Fact } from '@holdfast/payment-stop/language'

/** A fact as the page reads it: its kind may be unknown. */
export type AnyFact = Pick<
  Fact,
  'id' | 'subject' | 'time' | 'sequence' | 'phase' | 'prevhash' | 'hash' | 'actor' | 'decryptedactor' | 'causationid' | 'orderid'
> & {
  readonly type: string
  readonly data: Fact['data'] | Pick<Fact['data'], 'resultingState'>
}
