import type { Notice } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/** The notice as it is sent. One of progress asks for nothing and is not signed: there are five of them a lifecycle, and a signature for each is a tenth of the engine's time. What quotes a sender may be cut within a character, or have half of one, of which nothing can be signed: U+FFFD stands there then. */
export function signedNotice(signer: EngineSigner, notice: Notice): string {
  const text = JSON.stringify(notice)
  if (notice.data.kind === 'progress') return text
  const sent = hasHalfCharacter.test(text) ? (JSON.parse(text, wellFormed) as Notice) : notice
  return JSON.stringify({ ...sent, signature: signer.sign(sent) })
}

/** JSON has half a character as its number alone. */
const hasHalfCharacter = /\\ud[89a-f]/
const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
