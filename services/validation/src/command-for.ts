import type { Assessment } from '@holdfast/payment-stop/rules'
import { type Command, commandType, type Fact, formatActor } from '@holdfast/schemas'
import { answerIdOf } from './answered-before.ts'

const validationActor = formatActor({ country: 'holdfast', role: 'validation', person: 'rules' })

/**
 * The command by which validation reports its verdict on a fact. Its id comes from the fact, so the ledger drops a
 * repeat.
 */
export function commandFor(fact: Fact, assessment: Assessment, assessedAt: Date, standingRequestId: string): Command {
  const { verdict, findings, rejection, officers } = assessment
  const frame = {
    specversion: '1.0' as const,
    id: answerIdOf({ requestId: fact.subject, factId: fact.id }),
    source: '/holdfast/validation',
    subject: fact.subject,
    time: assessedAt.toISOString(),
    datacontenttype: 'application/json' as const,
    causationid: fact.id,
    ...(fact.correlationid ? { correlationid: fact.correlationid } : {}),
    actor: validationActor,
    ...(fact.traceparent ? { traceparent: fact.traceparent } : {}),
  }
  switch (verdict) {
    case 'reject':
      return { ...frame, type: commandType('Reject'), data: { code: rejection?.code ?? 'OUT_OF_SCOPE', findings } }
    case 'duplicate':
      return { ...frame, type: commandType('MarkDuplicate'), data: { standingRequestId, findings } }
    case 'ask':
      return { ...frame, type: commandType('AskInformation'), data: { findings } }
    case 'review':
      return { ...frame, type: commandType('SendToReview'), data: { findings, ...(officers && { officers }) } }
    case 'pass':
      return { ...frame, type: commandType('PassAssessment'), data: { findings } }
  }
}
