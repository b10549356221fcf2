import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
export const nonceBytes = 12
export const tagBytes = 16

/** Encrypts by AES-256-GCM and returns nonce, ciphertext and tag. A random nonce makes other bytes each time. */
export function encrypt(
  key: CipherKey,
  content: Uint8Array | string,
  aad: Uint8Array,
  nonce: Uint8Array = randomBytes(nonceBytes),
): Buffer {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(aad)
  const encrypted = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content)
  cipher.final()
  return Buffer.concat([nonce, encrypted, cipher.getAuthTag()])
}

/** Decrypts what `encrypt` returned. Returns undefined for another key, other additional data, or a changed byte. */
export function decrypt(key: CipherKey, encrypted: Uint8Array, aad: Uint8Array): Buffer | undefined {
  if (encrypted.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv(algorithm, key, encrypted.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(aad)
  decipher.setAuthTag(encrypted.subarray(-tagBytes))
  const content = decipher.update(encrypted.subarray(nonceBytes, -tagBytes))
  try {
    decipher.final()
    return content
  } catch {
    return undefined
  }
}
