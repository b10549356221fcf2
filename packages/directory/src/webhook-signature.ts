import { createHmac, timingSafeEqual } from 'node:crypto'
import { accepted, type Result, refused } from '@holdfast/schemas'

// Standard Webhooks 1.0.0: HMAC-SHA-256 over `id.timestamp.body`, which many libraries can verify.

export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * The headers of one attempt. All attempts have the same id, but not the same time. Each secret adds a signature, so
 * that keys can be rotated.
 */
export function signWebhook(id: string, sentAt: Date, body: string, secrets: readonly Uint8Array[]): WebhookHeaders {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000))
  const signatures = secrets.map(secret => `v1,${signatureOf(id, timestamp, body, secret).toString('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** The verified attributes of a delivery. */
export interface VerifiedWebhook {
  /** The same for every repeat of an order. A receiver that already has it responds with 2xx and does nothing more. */
  readonly id: string
  readonly sentAt: Date
}

/** The engine sends at most three signatures; a longer list is not from it. */
const signaturesMax = 10

/**
 * For receivers: whether a delivery is from the engine and recent. `body` has the bytes as received, `secrets` the valid
 * `whsec_` texts. A replay is refused after `toleranceSeconds`; before that, its id reveals it. Throws on an invalid secret.
 */
export function verifyWebhook(
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Uint8Array,
  secrets: readonly string[],
  now: Date,
  toleranceSeconds = 300,
): Result<VerifiedWebhook, string> {
  const keys = secrets.map(secretOf)
  const given = (name: keyof WebhookHeaders) => (headers instanceof Headers ? headers.get(name) : headers[name])
  const [id, timestamp, signatures] = [given('webhook-id'), given('webhook-timestamp'), given('webhook-signature')]
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return refused('webhook-id, webhook-timestamp and webhook-signature are needed, each once')
  if (!/^\d{1,12}$/.test(timestamp)) return refused('webhook-timestamp is no time')
  const candidates = signatures.split(' ', signaturesMax).filter(signature => signature.startsWith('v1,'))
  const isRight = candidates.some(candidate => keys.some(key => isSame(candidate.slice(3), signatureOf(id, timestamp, body, key))))
  if (!isRight) return refused('no signature is right')
  const sentAt = new Date(Number(timestamp) * 1000)
  if (Math.abs(now.getTime() - sentAt.getTime()) > toleranceSeconds * 1000)
    return refused(`webhook-timestamp is more than ${toleranceSeconds} s from now`)
  return accepted({ id, sentAt })
}

const prefix = 'whsec_'

/** The bytes of a `whsec_` secret. Throws a description of the problem, without the secret. */
export function secretOf(text: string): Buffer {
  const encoded = text.trim()
  if (!encoded.startsWith(prefix)) throw new Error(`a secret begins with ${prefix}`)
  const bytes = Buffer.from(encoded.slice(prefix.length), 'base64')
  if (bytes.toString('base64').replaceAll('=', '') !== encoded.slice(prefix.length).replaceAll('=', ''))
    throw new Error(`a secret is base64 after ${prefix}`)
  if (bytes.length < 24 || bytes.length > 64) throw new Error('a secret has 24 to 64 bytes')
  return bytes
}

const signatureOf = (id: string, timestamp: string, body: string | Uint8Array, secret: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()

function isSame(candidate: string, signature: Buffer): boolean {
  const bytes = Buffer.from(candidate, 'base64')
  return bytes.length === signature.length && timingSafeEqual(bytes, signature)
}
