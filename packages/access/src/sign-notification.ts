import type { Notification } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/** The notice as it is sent, signed. What quotes a sender may be cut within a character, or have half of one, of which nothing can be signed: U+FFFD stands there then. */
export function signNotification(signer: EngineSigner, notice: Notification): Promise<string> {
  try {
    return withSignature(notice, signer.signBeside(notice))
  } catch {
    const sent = JSON.parse(JSON.stringify(notice), wellFormed) as Notification
    return withSignature(sent, signer.signBeside(sent))
  }
}

const withSignature = async (notice: Notification, signature: Promise<string>): Promise<string> =>
  JSON.stringify({ ...notice, signature: await signature })

const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
