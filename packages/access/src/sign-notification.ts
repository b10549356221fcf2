import type { Notification } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/**
 * Signs a notification and returns it as text. A quoted text may contain half a character (lone surrogate), which
 * cannot be signed: it is replaced by U+FFFD.
 */
export function signNotification(signer: EngineSigner, notification: Notification): Promise<string> {
  try {
    return withSignature(notification, signer.signBeside(notification))
  } catch {
    const sent = JSON.parse(JSON.stringify(notification), wellFormed) as Notification
    return withSignature(sent, signer.signBeside(sent))
  }
}

const withSignature = async (notification: Notification, signature: Promise<string>): Promise<string> =>
  JSON.stringify({ ...notification, signature: await signature })

const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
