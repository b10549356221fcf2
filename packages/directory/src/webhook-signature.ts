import { createHmac, timingSafeEqual } from 'node:crypto'
import { accepted, type Result, refused } from '@holdfast/schemas'

// Standard Webhooks 1.0.0: HMAC-SHA-256 over `id.timestamp.body`, so that a receiver may use any library for it.

export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** The headers of one attempt: the id is the same in each, the time is not. One signature for each secret, so that a key can be changed while both are known. */
export function signWebhook(id: string, sentAt: Date, body: string, secrets: readonly Uint8Array[]): WebhookHeaders {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000))
  const signatures = secrets.map(secret => `v1,${signatureOf(id, timestamp, body, secret).toString('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** What a receiver knows of a delivery that it can trust. */
export interface VerifiedWebhook {
  /** The same whenever the same order is sent again: who has it already answers 2xx and does nothing more. */
  readonly id: string
  readonly sentAt: Date
}

/** A list of signatures is three at most; a longer one is nobody's who signs here. */
const signaturesMax = 10

/**
 * For receivers: whether a delivery is the engine's and of now. `body` are the bytes as they came, `secrets` the `whsec_` texts that are valid now. A delivery that
 * somebody kept and sends again is refused after `toleranceSeconds`; before that its id tells it. Throws when a secret is none.
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

/** The bytes of a `whsec_` secret. Throws what is wrong with it, never what it is. */
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
