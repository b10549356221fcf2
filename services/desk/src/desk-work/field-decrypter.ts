import type { EncryptedField, FieldState } from '@holdfast/schemas'

/** Where a sealed field stands: its box opens there and nowhere else (the additional data of AES-GCM). */
export interface EncryptedFieldLocation {
  readonly requestId: string
  readonly path: string
}

/**
 * Opens a sealed field, or says since when it is gone, as its key was destroyed. Undefined where this desk has no keys at all. Throws where the store of keys can't be reached: a field that can't be opened now is not
 * gone.
 */
export type FieldDecrypter = (
  place: EncryptedFieldLocation,
  sealed: EncryptedField['sealed'],
) => Promise<Exclude<FieldState, { is: 'sealed' }> | undefined>

/** Until fields are sealed there are no keys. */
export const withoutKeys: FieldDecrypter = async () => undefined
