import type { NotificationEvent } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/**
 * Signs a notification and returns it as text. A quoted text may contain half a character (lone surrogate), which
 * cannot be signed: it is replaced by U+FFFD.
 */
export function signNotification(signer: EngineSigner, notification: NotificationEvent): string {
  try {
    return withSignature(notification, signer.sign(notification))
  } catch {
    const sent = JSON.parse(JSON.stringify(notification), wellFormed) as NotificationEvent
    return withSignature(sent, signer.sign(sent))
  }
}

const withSignature = (notification: NotificationEvent, signature: string): string => JSON.stringify({ ...notification, signature })

const wellFormed = (_name: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
