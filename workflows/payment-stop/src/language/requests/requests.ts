import { foreignEventSchema } from '@holdfast/schemas'
import { type FreezeRequest, freezeRequestSchema } from './freeze-request.ts'

/** The CloudEvents type of a record of `freeze.requests`: its data is a freeze request. */
export const requestType = 'holdfast.request.v1'
export const requestEventSchema = foreignEventSchema(requestType, freezeRequestSchema).meta({
  title: 'Request',
  description: 'A record of freeze.requests.',
})
export type RequestEvent = Omit<ReturnType<(typeof requestEventSchema)['parse']>, 'data'> & { data: FreezeRequest }

/** The answer to an accepted request: byte for byte the same for every repeat. */
export interface Receipt {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly phase: 'received'
  readonly receivedAt: string
}
