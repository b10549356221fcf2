import {
  actorWithProofOf,
  commandEvent,
  consequenceIdOf,
  type FreezeRequest,
  generalSecretariat,
  type MemberActor,
  type Receipt,
  type Refusal,
  type Signed,
} from '@holdfast/schemas'
import { type OutgoingRecord, recordOf } from '@holdfast/streams'

/** An accepted freeze request: a command for the ledger and a receipt for the sender. */
export interface AcceptedRequest {
  readonly receipt: Receipt
  readonly record: OutgoingRecord
}

/** Returns why a sender may not send a request, or not for this country. */
export function refusalOfSender(sender: MemberActor, request: FreezeRequest): Refusal | undefined {
  if (sender.role !== 'system' && sender.role !== 'officer')
    return { code: 'NOT_PERMITTED', message: 'Only a member system or a desk officer may send a freeze request' }
  if (request.requestingCountry !== sender.country)
    return {
      code: 'NOT_YOUR_COUNTRY',
      message: `The token belongs to ${sender.country}, but the request to ${request.requestingCountry}. Send a request of your own country`,
    }
  // Every party of a request can read it, and the General Secretariat must read none.
  if ([sender.country, request.beneficiaryCountry].includes(generalSecretariat))
    return {
      code: 'NOT_PERMITTED',
      message: 'The General Secretariat can neither send nor receive a freeze request. Name a country as the beneficiary country',
    }
  return undefined
}

export interface RequestToAccept {
  readonly requestId: string
  readonly sender: MemberActor
  readonly request: FreezeRequest
  /** ISO instant of the first time that it arrived. */
  readonly receivedAt: string
  readonly traceparent?: string | undefined
  /** What its sender signed. Only the signature is stored: the request holds the document as it was sent. */
  readonly signed?: Signed | undefined
}

/** The same request id and document make the same ids each time; with the same instant also the same receipt. */
export function acceptRequest({ requestId, sender, request, receivedAt, traceparent, signed }: RequestToAccept): AcceptedRequest {
  const data = { request, ...(signed ? { signed } : {}) }
  const command = commandEvent('OpenRequest', data, {
    id: consequenceIdOf('command', requestId, 'OpenRequest'),
    service: 'intake',
    subject: requestId,
    time: receivedAt,
    correlationid: requestId,
    ...actorWithProofOf(sender),
    traceparent,
  })
  return {
    receipt: {
      requestId,
      caseReference: request.caseReference,
      requestingCountry: request.requestingCountry,
      beneficiaryCountry: request.beneficiaryCountry,
      phase: 'received',
      receivedAt,
    },
    record: recordOf(requestId, command),
  }
}
