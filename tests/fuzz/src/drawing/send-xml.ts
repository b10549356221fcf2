import { type Drawing, drawSender, howMany, isWhole } from './drawing.ts'
import type { DrawnInput, HttpInput } from './input.ts'
import { mutatedXml, type XmlBody } from './mutate-xml.ts'

const types = ['application/xml', 'text/xml']

/** An ISO 20022 message for an endpoint that accepts them, with something wrong in it. */
export function sendXml(drawing: Drawing): DrawnInput<HttpInput> {
  const { chance, number } = drawing
  const isRequest = chance.happens(0.5)
  const { by, token } = drawSender(drawing, isRequest ? ['system', 'officer'] : ['institution', 'fiu'])
  const { made, body } = drawXml(drawing, isRequest)
  const { bytes, charset } = body
  const type = chance.pick(types)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': charset === undefined ? type : `${type}; charset=${charset}`,
    ...(isRequest || chance.happens(0.3) ? { 'idempotency-key': `fuzz-${number}` } : {}),
  }
  return { made, sent: { way: 'asked', method: 'POST', url: isRequest ? '/v1/requests' : '/v1/answers', headers, body: bytes, by } }
}

export function drawXml({ chance, documents, number }: Drawing, isRequest: boolean): { readonly made: string; readonly body: XmlBody } {
  const right = isRequest ? documents.requestMessages : documents.answerMessages
  // Each has its own number, as banks do: the same number twice is a repeat.
  const text = chance.pick(chance.happens(0.93) ? right : documents.otherMessages).replace(/<(MsgId|Id)>[^<]*</, `<$1>in-${number}<`)
  if (isWhole(chance)) return { made: 'whole', body: { bytes: Buffer.from(text) } }
  const changes = howMany(chance)
  const others = [Buffer.from(chance.pick(documents.answerMessages))]
  return { made: `${changes} changes to its XML`, body: mutatedXml(text, chance, number, changes, others) }
}
