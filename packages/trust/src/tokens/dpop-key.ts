import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto'
import { type PrivateKeyJwk, type PublicKeyNumbers, thumbprintOf } from '../registry/members.ts'
import { partOf } from './jws.ts'

/** An Ed25519 key of a sender, to which tokens are bound. */
export interface DpopKey {
  /** Its thumbprint for the `jkt` of a token's `cnf` claim. */
  readonly thumbprint: string
  /** Creates the `DPoP` header of one request (RFC 9449, 4.2). Each attempt needs a new one. */
  prove(request: { readonly method: string; readonly url: string | URL; readonly token: string; readonly now: Date }): string
}

/** Without a key it creates one for the life of the process. */
export function createDpopKey(given?: KeyObject | PrivateKeyJwk): DpopKey {
  const key =
    given === undefined ? generateKeyPairSync('ed25519').privateKey : 'd' in given ? createPrivateKey({ key: given, format: 'jwk' }) : given
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const jwk: PublicKeyNumbers = { kty: 'OKP', crv: 'Ed25519', x }
  const head = partOf({ typ: 'dpop+jwt', alg: 'Ed25519', jwk })
  return {
    thumbprint: thumbprintOf(jwk),
    prove({ method, url, token, now }) {
      const { origin, pathname } = new URL(url)
      const body = partOf({
        jti: randomUUID(),
        htm: method,
        htu: `${origin}${pathname}`,
        iat: Math.floor(now.getTime() / 1000),
        ath: hash('sha256', token, 'base64url'),
      })
      return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), key).toString('base64url')}`
    },
  }
}
