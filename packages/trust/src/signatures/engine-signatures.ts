import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { type EngineKey, type EventToSign, notificationType, orderType, signedText } from '@holdfast/schemas'
import type { EngineSecret } from '../engine-secret.ts'
import { thumbprintOf } from '../registry/members.ts'
import { runOnThreadPool } from '../thread-pool.ts'
import { isSignedBy, partOf, readDetachedJws, type VerifyingKey } from '../tokens/jws.ts'
import { verifyingKeyOf } from '../tokens/jwt.ts'

// What an engine tells an institution to do, and a member of its requests, it signs (ADR 63): whoever carries an order or a notice, or can write to where it lies, can make none.

/** What the header of a signature says that it is (`typ`), by the type of what is signed: it can be taken for no token and for nothing that a member has signed. */
const signatureTypes: ReadonlyMap<string, string> = new Map([
  [orderType, 'holdfast-order+jws'],
  [notificationType, 'holdfast-notice+jws'],
])
const nameOf = (type: string): 'order' | 'notice' => (type === notificationType ? 'notice' : 'order')
/** What is of no type that an engine signs is refused by what its signature says. */
const signatureTypeOf = (type: string): string => signatureTypes.get(type) ?? 'holdfast-order+jws'

/** Signs as this engine. */
export interface EngineSigner {
  /** For who verifies. */
  readonly key: EngineKey
  /** A JWS with a detached payload (RFC 7515, appendix F), by Ed25519, over id, source, type and data of an order or a notice: the same for the same event each time. 55 µs of a processor. Throws TypeError for any other type. */
  sign(event: EventToSign): string
  /** The same by a thread of Node's pool. What can't be signed throws at the call. */
  signBeside(event: EventToSign): Promise<string>
}

/** An Ed25519 key in PKCS #8 (RFC 8410), but for its 32 bytes. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key is made of the engine's secret, as all of its keys are: each service has it, a restored engine has it again, and one that lost its secret is another engine. */
export function createEngineSigner(secret: EngineSecret): EngineSigner {
  const seed = secret.keyFor('signatures of orders')
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const numbers = { kty: 'OKP', crv: 'Ed25519', x } as const
  const key: EngineKey = { ...numbers, kid: thumbprintOf(numbers), alg: 'Ed25519', use: 'sig' }
  const heads = new Map([...signatureTypes].map(([type, typ]) => [type, partOf({ alg: 'Ed25519', kid: key.kid, typ })]))
  function headOf({ type }: EventToSign): string {
    const head = heads.get(type)
    if (head === undefined) throw new TypeError(`an engine signs orders and notices, and nothing of the type ${type}`)
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
    signBeside(event) {
      const head = headOf(event)
      const bytes = signedBytes(head, event)
      return runOnThreadPool<Buffer>(done => sign(null, bytes, privateKey, done)).then(signature => jwsOf(head, signature))
    },
  }
}

const payloadOf = (event: EventToSign): string => Buffer.from(signedText(event)).toString('base64url')

/** Why an event is not one that an engine with one of these keys has signed, in words for who got it; undefined where it is. */
export type EngineSignatureVerifier = (event: EventToSign & { readonly signature?: string | undefined }) => string | undefined

/** @param keys of engines, as `GET /v1/engine-keys` gives them: got once, over a way that is trusted, and kept. Throws where one is no key. */
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
      return `its signature is not one of ${name === 'order' ? 'an order' : 'a notice'} (typ ${signatureType}, alg Ed25519)`
    const key = byName.get(kid)
    if (!key) return 'it is signed by a key that is not known'
    try {
      return isSignedBy(jws.over(signedText(event)), key) ? undefined : `its signature is of another ${name}`
    } catch {
      return 'it has text that is no Unicode, of which nothing is signed'
    }
  }
}
