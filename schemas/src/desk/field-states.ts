// No zod here: the desk's page shows fields and validates no document.

/**
 * An encrypted name, account, contact, free text or bank reference in a stored document: the key id, and nonce,
 * ciphertext and tag of AES-256-GCM in base64url. It is an object, so no reader can mistake it for a text, and a required
 * member is still present.
 */
export interface EncryptedField {
  readonly encrypted: { readonly kid: string; readonly box: string }
}

/**
 * What a reader receives after the key was destroyed, with the instant. The stored field stays encrypted, so that the
 * chain always verifies.
 */
export interface ErasedField {
  readonly gone: { readonly since: string }
}

/** The form in which an encryptable field arrives. */
export type FieldState =
  | { readonly is: 'plain'; readonly text: string }
  | ({ readonly is: 'encrypted' } & EncryptedField['encrypted'])
  | { readonly is: 'gone'; readonly since: string }

const kidPattern = /^[A-Za-z0-9._-]{1,64}$/
/** At least 28 bytes of nonce and tag, at most a free text of 4,000 characters. */
const boxPattern = /^[A-Za-z0-9_-]{38,20000}$/

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** Undefined if there is no such field. */
export function fieldStateOf(value: unknown): FieldState | undefined {
  if (typeof value === 'string') return { is: 'plain', text: value }
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined
  const { encrypted, gone } = value
  if (isObject(encrypted) && kidPattern.test(String(encrypted.kid)) && boxPattern.test(String(encrypted.box)))
    return { is: 'encrypted', kid: String(encrypted.kid), box: String(encrypted.box) }
  return isObject(gone) && Number.isFinite(Date.parse(String(gone.since))) ? { is: 'gone', since: String(gone.since) } : undefined
}

/** The value at a JSON pointer (RFC 6901) of a document; undefined if there is none. */
export const valueAt = (document: unknown, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), document)

/** Whether event data came with personal data still encrypted, because the sender could not decrypt it. */
export function isRedactedData(data: unknown): boolean {
  const block = isObject(data) ? data.encrypted : undefined
  return isObject(block) && typeof block.ciphertext === 'string' && block.decrypted === undefined
}
