import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { ServiceContext } from '@holdfast/service-kit'
import type { JWK } from 'jose'

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
}

/** The prefix of the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
export const keyId = 'development-sign-in'

/** Derived from the engine's secret, so that each desk of a development cluster verifies what another signed. */
export function signingKeyOf(secret: ServiceContext['secret']): SigningKey {
  const der = Buffer.concat([pkcs8Prefix, secret.keyFor('development sign-in')])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { privateKey, publicJwk: { kty, crv, x, kid: keyId, alg: 'EdDSA', use: 'sig' } as JWK }
}
