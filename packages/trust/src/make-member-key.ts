import { generateKeyPairSync } from 'node:crypto'
import type { MembersFile, PrivateKeyJwk } from './members.ts'

export interface MadeKey {
  /** For the member alone: who has it speaks for the country. */
  readonly privateKey: PrivateKeyJwk
  /** For who keeps the registry. */
  readonly entry: MembersFile['members'][number]
}

/** Makes a member's key: Ed25519 (RFC 8037). The two parts are of one pair; only the entry may be handed on. */
export function makeMemberKey(country: string, name: string, kid: string): MadeKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const publicKey = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', kid, x } as const
  return { privateKey: { ...publicKey, d }, entry: { country, name, keys: { keys: [publicKey] } } }
}
