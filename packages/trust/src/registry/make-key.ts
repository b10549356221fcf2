import { generateKeyPairSync } from 'node:crypto'
import type { PrivateKeyJwk, PublicKeyJwk } from './members.ts'

export interface MadeKey {
  /** For its owner alone: its holder can act as the member or operator. */
  readonly privateKey: PrivateKeyJwk
  /** For the registry's administrator. */
  readonly publicKey: PublicKeyJwk
}

/** Creates an Ed25519 key pair for signing tokens (RFC 8037). */
export function makeKey(kid: string): MadeKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (!x || !d) throw new Error('an Ed25519 key was made without its parts')
  const publicKey = { kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', kid, x } as const
  return { privateKey: { ...publicKey, d }, publicKey }
}
