import type { Notification } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/**
 * Signs a notification and returns it as text. A quoted text may contain half a character (lone surrogate), which
 * cannot be signed: it is replaced by U+FFFD.
 */
export function signNotification(signer: EngineSigner, notification: Notification): string {
  try {
    return withSignature(notification, signer.sign(notification))
  } catch {
    const sent = JSON.parse(JSON.stringify(notification), wellFormed) as Notification
    return withSignature(sent, signer.sign(sent))
  }
}

const withSignature = (notification: Notification, signature: string): string => JSON.stringify({ ...notification, signature })

const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
