import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const cipherName = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * Bytes in a box that only the key opens (AES-256-GCM), in base64url: another text each time, and as long as its content is.
 * @param kind what the content is, which who opens it has to say as well.
 */
export function boxed(key: CipherKey, content: Buffer | string, kind = ''): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(kind))
  const text = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content)
  cipher.final()
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')
}

/** What is in a box; undefined where it is of another key or kind, or damaged. */
export function unboxed(key: CipherKey, box: string, kind = ''): Buffer | undefined {
  const bytes = Buffer.from(box, 'base64url')
  if (bytes.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv(cipherName, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(kind))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const content = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return content
}
