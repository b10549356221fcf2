import type { Reported } from '@holdfast/core'
import { type CommandEvent, commandTypeOf, formatActor, type LedgerFact } from '@holdfast/schemas'
import { answerIdOf } from './answered-before.ts'

const validationActor = formatActor({ country: 'holdfast', role: 'validation', person: 'rules' })

/**
 * The command by which validation reports its verdict on a fact. Its id comes from the fact, so the ledger drops a
 * repeat.
 */
export function commandFor(fact: LedgerFact, { command, data }: Reported, assessedAt: Date): CommandEvent {
  const { correlationid, traceparent } = fact
  const event = {
    specversion: '1.0',
    id: answerIdOf({ requestId: fact.subject, factId: fact.id }),
    source: '/holdfast/validation',
    subject: fact.subject,
    time: assessedAt.toISOString(),
    datacontenttype: 'application/json',
    causationid: fact.id,
    ...(correlationid ? { correlationid } : {}),
    actor: validationActor,
    ...(traceparent ? { traceparent } : {}),
    type: commandTypeOf(command),
    data,
  }
  return event
}
