import type { CipherKey } from 'node:crypto'
import { decrypt, encrypt } from '@holdfast/sealing/aes-gcm'

/**
 * Bytes in a box that only the key opens (AES-256-GCM), in base64url: another text each time, and as long as its content is.
 * @param kind what the content is, which who opens it has to say as well.
 */
export const encryptText = (key: CipherKey, content: Buffer | string, kind = ''): string =>
  encrypt(key, content, Buffer.from(kind)).toString('base64url')

/** What is in a box; undefined where it is of another key or kind, or damaged. */
export const decryptText = (key: CipherKey, box: string, kind = ''): Buffer | undefined =>
  decrypt(key, Buffer.from(box, 'base64url'), Buffer.from(kind))
