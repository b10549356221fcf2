import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { type EngineKey, type EventToSign, notificationType, orderType, signedText } from '@holdfast/schemas'
import type { EngineSecret } from '../engine-secret.ts'
import { thumbprintOf } from '../registry/members.ts'
import { isSignedBy, partOf, readDetachedJws, type VerifyingKey } from '../tokens/jws.ts'
import { verifyingKeyOf } from '../tokens/jwt.ts'

// The engine signs orders and notifications (ADR 63): without its key, one who transports or stores them can make none.

/** The `typ` of a signature by the type of the signed event. It differs from that of tokens and of members' signatures, so none can pass for another. */
const signatureTypes: ReadonlyMap<string, string> = new Map([
  [orderType, 'holdfast-order+jws'],
  [notificationType, 'holdfast-notification+jws'],
])
const nameOf = (type: string): 'order' | 'notification' => (type === notificationType ? 'notification' : 'order')
/** An event of another type is verified as an order, and its signature does not match. */
const signatureTypeOf = (type: string): string => signatureTypes.get(type) ?? 'holdfast-order+jws'

/** Signs as this engine. */
export interface EngineSigner {
  /** The public key. */
  readonly key: EngineKey
  /**
   * A JWS with a detached payload (RFC 7515, appendix F) by Ed25519, over id, source, type and data of an order or a
   * notification. Deterministic. In the engine's thread: in the thread pool it took as much CPU, and orders arrived later.
   * @throws TypeError for any other type of event
   */
  sign(event: EventToSign): string
}

/** An Ed25519 key in PKCS #8 (RFC 8410), without its 32 bytes. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key is derived from the engine's secret: each service has it, and a restored engine has it again. */
export function createEngineSigner(secret: EngineSecret): EngineSigner {
  const seed = secret.keyFor('signatures of orders')
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const numbers = { kty: 'OKP', crv: 'Ed25519', x } as const
  const key: EngineKey = { ...numbers, kid: thumbprintOf(numbers), alg: 'Ed25519', use: 'sig' }
  const heads = new Map([...signatureTypes].map(([type, typ]) => [type, partOf({ alg: 'Ed25519', kid: key.kid, typ })]))
  function headOf({ type }: EventToSign): string {
    const head = heads.get(type)
    if (head === undefined) throw new TypeError(`the engine signs orders and notifications only, not ${type}`)
    return head
  }
  const signedBytes = (head: string, event: EventToSign) => Buffer.from(`${head}.${payloadOf(event)}`)
  const jwsOf = (head: string, signature: Buffer) => `${head}..${signature.toString('base64url')}`
  return {
    key,
    sign(event) {
      const head = headOf(event)
      return jwsOf(head, sign(null, signedBytes(head, event), privateKey))
    },
  }
}

const payloadOf = (event: EventToSign): string => Buffer.from(signedText(event)).toString('base64url')

/** Returns why an event was not signed by an engine with one of these keys, as a text for its receiver; undefined if it was. */
export type EngineSignatureVerifier = (event: EventToSign & { readonly signature?: string | undefined }) => string | undefined

/**
 * @param keys of engines, as `GET /v1/engine-keys` returns them, fetched once over a trusted channel and kept
 * @throws if one is not a key
 */
export function createEngineSignatureVerifier(keys: readonly EngineKey[]): EngineSignatureVerifier {
  const byName = new Map<unknown, VerifyingKey>(keys.map(({ kty, crv, x, kid }) => [kid, verifyingKeyOf({ kty, crv, x })]))
  return event => {
    const { signature } = event
    if (signature === undefined) return 'it is not signed'
    const jws = readDetachedJws(signature)
    if (!jws) return 'its signature is no JWS with a detached payload'
    const { alg, kid, typ, crit } = jws.header
    const name = nameOf(event.type)
    const signatureType = signatureTypeOf(event.type)
    if (typ !== signatureType || alg !== 'Ed25519' || crit !== undefined)
      return `its signature is not one of ${name === 'order' ? 'an order' : 'a notification'} (typ ${signatureType}, alg Ed25519)`
    const key = byName.get(kid)
    if (!key) return 'it is signed by a key that is not known'
    try {
      return isSignedBy(jws.over(signedText(event)), key) ? undefined : `its signature is of another ${name}`
    } catch {
      return 'it has text that is no Unicode, of which nothing is signed'
    }
  }
}
