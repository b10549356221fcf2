import { createECDH, createPrivateKey, hash, type KeyObject } from 'node:crypto'
import { type SigningKey, signingKeyOf } from '@holdfast/proof'

// Keys for the vectors only. Each is derived from a public sentence, so that it cannot be mistaken for a secret.

const bytesOf = (name: string): Buffer => hash('sha256', `A key for the vectors of Holdfast, and no secret: ${name}`, 'buffer')

/** PKCS#8 of an Ed25519 key without its 32 bytes (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

interface TestKey {
  readonly key: KeyObject
  readonly publicKey: Readonly<Record<string, string>>
}

export function ed25519Key(name: string): TestKey {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, bytesOf(name)]), format: 'der', type: 'pkcs8' })
  const { x = '' } = key.export({ format: 'jwk' })
  return { key, publicKey: { kty: 'OKP', crv: 'Ed25519', x } }
}

/** A key that signs notes. */
export const noteKey = (name: string): Promise<SigningKey> => signingKeyOf(bytesOf(name))

export function p256Key(name: string): TestKey {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(bytesOf(name))
  const point = pair.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(number => number.toString('base64url')) as [string, string]
  const publicKey = { kty: 'EC', crv: 'P-256', x, y }
  return { key: createPrivateKey({ key: { ...publicKey, d: bytesOf(name).toString('base64url') }, format: 'jwk' }), publicKey }
}
