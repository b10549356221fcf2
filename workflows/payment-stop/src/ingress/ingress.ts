import type { Ingress } from '@holdfast/core'
import { generalSecretariat, type MemberActor, type Refusal } from '@holdfast/schemas'
import { type FreezeRequest, requestType } from '../language/index.ts'
import { readJsonRequest, readXmlRequest } from './read-request.ts'

/** Returns why a sender may not send a request, or not for this country. */
function refusalOfSender(sender: MemberActor, request: FreezeRequest): Refusal | undefined {
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

/** A freeze request in JSON, or a camt.056 with our supplement. */
export const ingress: Ingress<FreezeRequest> = {
  document: 'freeze request',
  path: '/v1/requests',
  eventType: requestType,
  parse: readJsonRequest,
  parseXml: readXmlRequest,
  refusalOfSender,
  openingOf: request => ({ request }),
  receiptOf: ({ caseReference, requestingCountry, beneficiaryCountry }) => ({ caseReference, requestingCountry, beneficiaryCountry }),
}
