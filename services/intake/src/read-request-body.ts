import { decodeXml, parseMessage, requestOfCamt056 } from '@holdfast/iso20022'
import { accepted, type FreezeRequest, freezeRequestSchema, type Problem, parseWith, type Result, refused } from '@holdfast/schemas'

/** The freeze request of a body in JSON. */
export const readJsonRequest = (body: unknown): Result<FreezeRequest, Problem[]> => parseWith(freezeRequestSchema, body)

/** The freeze request that a camt.056 is. What a camt.056 has no place for is in its SupplementaryData; what is in neither is named, field for field. */
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
        message: `is a ${name}, and a request is a camt.056: an institution sends its answers to POST /v1/answers`,
      },
    ])
  const draft = requestOfCamt056(body)
  if (!draft.ok) return draft
  const { request, missing } = draft.value
  return request ? accepted(request) : refused([...missing])
}
