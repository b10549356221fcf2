import type { CipherKey } from 'node:crypto'
import { decrypt, encrypt } from '@holdfast/encryption/aes-gcm'

/**
 * Encrypts text with AES-256-GCM, as base64url. The ciphertext differs each time and is as long as its content.
 * @param kind the kind of content; decryption requires the same kind.
 */
export const encryptText = (key: CipherKey, content: Buffer | string, kind = ''): string =>
  encrypt(key, content, Buffer.from(kind)).toString('base64url')

/** The content; undefined for another key or kind, or damaged text. */
export const decryptText = (key: CipherKey, encrypted: string, kind = ''): Buffer | undefined =>
  decrypt(key, Buffer.from(encrypted, 'base64url'), Buffer.from(kind))
