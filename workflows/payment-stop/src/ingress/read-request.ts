import { accepted, type Problem, parseWith, type Result, refused } from '@holdfast/schemas'
import { parseMessage } from '../iso20022/parse-message.ts'
import { requestOfCamt056 } from '../iso20022/request.ts'
import { decodeXml } from '../iso20022/xml/decode-xml.ts'
import { type FreezeRequest, freezeRequestSchema } from '../language/index.ts'

/** Parses the freeze request of a JSON value. */
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
