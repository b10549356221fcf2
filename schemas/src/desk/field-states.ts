// Nothing of this needs zod: a page that shows fields has to know how they come, and checks no document.

/**
 * What stands in a stored document in the place of a name, an account, a contact, a free text or a bank's reference that is sealed: the key's id, and the box, nonce, text and tag of AES-256-GCM
 * in base64url. An object, as no field that may be sealed is one: who expects a text can't take it for one, and nothing that is required is missing.
 */
export interface EncryptedField {
  readonly sealed: { readonly kid: string; readonly box: string }
}

/** What a reader is given in its place once the key is destroyed, with the instant. In what is stored it stays sealed, so that the chain verifies for ever. */
export interface ErasedField {
  readonly gone: { readonly since: string }
}

/** How a field that may be sealed has come. */
export type FieldState =
  | { readonly is: 'plain'; readonly text: string }
  | ({ readonly is: 'sealed' } & EncryptedField['sealed'])
  | { readonly is: 'gone'; readonly since: string }

const kidPattern = /^[A-Za-z0-9._-]{1,64}$/
/** 28 bytes of nonce and tag at least, and a free text of 4,000 characters at most. */
const boxPattern = /^[A-Za-z0-9_-]{38,20000}$/

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** Undefined where there is no such field. */
export function fieldStateOf(value: unknown): FieldState | undefined {
  if (typeof value === 'string') return { is: 'plain', text: value }
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined
  const { sealed, gone } = value
  if (isObject(sealed) && kidPattern.test(String(sealed.kid)) && boxPattern.test(String(sealed.box)))
    return { is: 'sealed', kid: String(sealed.kid), box: String(sealed.box) }
  return isObject(gone) && Number.isFinite(Date.parse(String(gone.since))) ? { is: 'gone', since: String(gone.since) } : undefined
}

/** What stands in a document at a path (JSON Pointer, RFC 6901); undefined where nothing does. */
export const valueAt = (document: unknown, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), document)

/** Whether words of an event's data lie in its block, as whoever gave it could not read them any more: they stand nowhere else. */
export function isRedactedData(data: unknown): boolean {
  const block = isObject(data) ? data.sealed : undefined
  return isObject(block) && typeof block.box === 'string' && block.opened === undefined
}
