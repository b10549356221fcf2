import type { EncryptedField, FieldState } from '@holdfast/schemas'

/**
 * Location of an encrypted field: the additional data of AES-GCM, so that the ciphertext can be decrypted nowhere else.
 */
export interface EncryptedFieldLocation {
  readonly requestId: string
  readonly path: string
}

/**
 * Decrypts a field, or returns since when it is erased, because its key was destroyed. Undefined if this desk has no
 * keys. Throws if the key store can't be reached: a field that can't be decrypted now is not erased.
 */
export type FieldDecrypter = (
  location: EncryptedFieldLocation,
  encrypted: EncryptedField['encrypted'],
) => Promise<Exclude<FieldState, { is: 'encrypted' }> | undefined>

/** Fields are not encrypted yet, so there are no keys. */
export const withoutKeys: FieldDecrypter = async () => undefined
