import { decodeXml, parseMessage, requestOfCamt056 } from '@holdfast/payment-stop/iso20022'
import { accepted, type FreezeRequest, freezeRequestSchema, type Problem, parseWith, type Result, refused } from '@holdfast/schemas'

/** Parses the freeze request of a JSON body. */
export const readJsonRequest = (body: unknown): Result<FreezeRequest, Problem[]> => parseWith(freezeRequestSchema, body)

/**
 * Parses the freeze request of a camt.056. Fields without a place in the message are in its SupplementaryData; each
 * missing one is reported.
 */
export function readXmlRequest(bytes: Uint8Array): Result<FreezeRequest, Problem[]> {
  const text = decodeXml(bytes)
  if (!text.ok) return refused([{ code: 'BAD_ENCODING', path: '', message: text.error }])
  const message = parseMessage(text.value)
  if (!message.ok) return message
  const { kind, name, body } = message.value
  if (kind !== 'cancellationRequest')
    return refused([
      {
        code: 'BAD_FORMAT',
        path: '/Document',
        message: `This is a ${name}, but a freeze request is a camt.056. Send answers of institutions to POST /v1/answers`,
      },
    ])
  const draft = requestOfCamt056(body)
  if (!draft.ok) return draft
  const { request, missing } = draft.value
  return request ? accepted(request) : refused([...missing])
}
