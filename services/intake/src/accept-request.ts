import {
  actsBy,
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

/** A freeze request that is accepted, and the two things that come of it: a command for the ledger and a receipt for the sender. */
export interface AcceptedRequest {
  readonly receipt: Receipt
  readonly record: OutgoingRecord
}

/** Who may send a request at all, and in whose name. */
export function refusalOfSender(sender: MemberActor, request: FreezeRequest): Refusal | undefined {
  if (sender.role !== 'system' && sender.role !== 'officer')
    return { code: 'NOT_PERMITTED', message: 'a request is sent by a member system or a desk officer' }
  if (request.requestingCountry !== sender.country)
    return { code: 'NOT_YOUR_COUNTRY', message: `the token is of ${sender.country}, the request of ${request.requestingCountry}` }
  // Whoever has a part in a request sees it, and the General Secretariat sees none.
  if ([sender.country, request.beneficiaryCountry].includes(generalSecretariat))
    return { code: 'NOT_PERMITTED', message: 'no request is sent by the General Secretariat, or to it: name the country that is asked' }
  return undefined
}

export interface RequestToAccept {
  readonly requestId: string
  readonly sender: MemberActor
  readonly request: FreezeRequest
  /** ISO, of the first time that it came. */
  readonly receivedAt: string
  readonly traceparent?: string | undefined
  /** What its sender signed, where it did: the document is read as it was sent, so it stands in the request. */
  readonly signed?: Signed | undefined
}

/** The same request id and document make the same ids, whenever and however often this is called, and with the same instant the same receipt. */
export function acceptRequest({ requestId, sender, request, receivedAt, traceparent, signed }: RequestToAccept): AcceptedRequest {
  const data = { request, ...(signed ? { signed } : {}) }
  const command = commandEvent('OpenRequest', data, {
    id: consequenceIdOf('command', requestId, 'OpenRequest'),
    service: 'intake',
    subject: requestId,
    time: receivedAt,
    correlationid: requestId,
    ...actsBy(sender),
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
