import type { FoldedFact } from '@holdfast/folds'
import {
  consequenceIdOf,
  type FactKind,
  type Finding,
  factKindOf,
  type Notice,
  noticesTopic,
  noticeType,
  parseActor,
} from '@holdfast/schemas'
import type { OrderState } from './order-fold.ts'
import type { Outbound } from './orders.ts'

/** What the requester's system is told of. It has its receipt for the opening and knows what it provided itself. */
const told: ReadonlySet<FactKind> = new Set([
  'RequestVerified',
  'ReviewRequested',
  'InformationRequested',
  'RequestRejected',
  'DuplicateDetected',
  'FreezeReported',
  'NoFundsReported',
  'NotFoundReported',
  'FreezeConfirmed',
  'ReturnInitiated',
  'ReturnReported',
  'RequestWithdrawn',
  'HoldExpired',
  'CommandRefused',
])

/** The notice to the requesting country that a fact makes necessary. A refused command concerns only the side that sent it. */
export function noticeFor({ fact, state }: FoldedFact<OrderState>): Outbound | undefined {
  const kind = factKindOf(fact)
  if (!told.has(kind)) return undefined
  const country = fact.requestingcountry
  const actor = parseActor(fact.actor)
  if (kind === 'CommandRefused' && !(actor.ok && actor.value.country === country)) return undefined
  const id = consequenceIdOf('notice', fact.subject, fact.id)
  const { findings, ...rest } = fact.data as { findings?: Finding[] }
  const notice: Notice = {
    specversion: '1.0',
    id,
    source: '/holdfast/dispatch',
    type: noticeType,
    subject: fact.subject,
    time: fact.time,
    datacontenttype: 'application/json',
    causationid: fact.id,
    ...(fact.correlationid ? { correlationid: fact.correlationid } : {}),
    data: {
      kind: 'progress',
      country,
      requestId: fact.subject,
      caseReference: state.caseReference,
      fact: kind,
      sequence: fact.sequence,
      phase: fact.phase,
      ...(findings ? { findings } : {}),
      data: rest,
    },
  }
  return { topic: noticesTopic(country), id, key: fact.subject, value: JSON.stringify(notice) }
}
