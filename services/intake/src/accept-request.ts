import type { Ingress, Workflow } from '@holdfast/core'
import { actorWithProofOf, consequenceIdOf, engineCommand, type MemberActor, type Signed } from '@holdfast/schemas'
import { type OutgoingRecord, recordOf } from '@holdfast/streams'

/** The receipt of an accepted document. It repeats parts of the document. */
export interface Receipt {
  readonly requestId: string
  readonly phase: string
  readonly receivedAt: string
}

/** An accepted document: a command for the ledger and a receipt for the sender. */
export interface AcceptedRequest {
  readonly receipt: Receipt
  readonly record: OutgoingRecord
}

export interface RequestToAccept {
  readonly workflow: Pick<Workflow, 'opening'> & { readonly ingress: Pick<Ingress, 'openingOf' | 'receiptOf'> }
  readonly requestId: string
  readonly sender: MemberActor
  readonly document: unknown
  /** ISO instant of the first time that it arrived. */
  readonly receivedAt: string
  readonly traceparent?: string | undefined
  /** What its sender signed. Only the signature is stored: the request holds the document as it was sent. */
  readonly signed?: Signed | undefined
}

/** The same request id and document make the same ids each time; with the same instant also the same receipt. */
export function acceptRequest({
  workflow,
  requestId,
  sender,
  document,
  receivedAt,
  traceparent,
  signed,
}: RequestToAccept): AcceptedRequest {
  const { opening, ingress } = workflow
  const data = { ...ingress.openingOf(document), ...(signed ? { signed } : {}) }
  const command = engineCommand(opening, data, {
    id: consequenceIdOf('command', requestId, opening),
    service: 'intake',
    subject: requestId,
    time: receivedAt,
    correlationid: requestId,
    ...actorWithProofOf(sender),
    traceparent,
  })
  return {
    receipt: { requestId, ...ingress.receiptOf(document), phase: 'received', receivedAt },
    record: recordOf(requestId, command),
  }
}
