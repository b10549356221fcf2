import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { pkcs8Head, spkiHead } from './encodings.ts'

// Node's own functions are synchronous, while Web Crypto uses threads and returns at an unpredictable time.

/** Throws if the seed does not have 32 bytes. */
export async function ed25519Of(seed: Uint8Array) {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiHead.length))
  return { publicKey, sign: async (message: Uint8Array): Promise<Uint8Array> => new Uint8Array(sign(null, message, key)) }
}

/** Also false if the public key is invalid. */
export async function isEd25519Signature(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  let key: KeyObject
  try {
    key = createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' })
  } catch {
    return false
  }
  return verify(null, message, key, signature)
}
