import { canonical, sha256 } from '../canonical.ts'

interface Opened {
  readonly salt: string
  readonly pointers: readonly string[]
}
interface Block {
  readonly digest: string
  readonly decrypted?: Opened
}
interface Acted {
  readonly actor?: string
  readonly actorproof?: string
  readonly encryptedactor?: string
  readonly decryptedactor?: string
}
type Data = Readonly<Record<string, unknown>> & { readonly encrypted?: Block }

/** The record as stored, of an event that was observed decrypted. Its hash is over this form. */
const storedForms = new WeakMap<object, object>()

/** The stored form of an event that was observed decrypted; otherwise the event itself. */
export const storedFormOf = (event: object): object => storedForms.get(event) ?? event

/** The actor, of an event observed with names. */
const actorsByEvent = new WeakMap<object, string>()

/**
 * The actor by name, where the event was observed with names. Facts refer to other actors by their stored pseudonyms.
 */
export const senderOf = (event: { readonly actor: string }): string => actorsByEvent.get(event) ?? event.actor

/**
 * The event with its plaintext and without the encrypted fields. The actor keeps the stored pseudonym, as other facts
 * use it.
 */
export function withoutEncrypted<E extends { readonly data: object } & Acted>(event: E): E {
  const data = event.data as Data
  const quoted = isData(data.data) ? data.data : undefined
  if (!data.encrypted && !quoted?.encrypted && event.encryptedactor === undefined) return event
  const acted = withMarks(event)
  const { encryptedactor: _box, ...named } = acted
  const said = { ...named, data: { ...withoutBox(data), ...(quoted ? { data: withoutBox(quoted) } : {}) } } as unknown as E
  if (event.decryptedactor !== undefined && event.actor !== undefined) actorsByEvent.set(said, event.actor)
  storedForms.set(said, { ...acted, data: { ...stored(data), ...(quoted ? { data: stored(quoted) } : {}) } })
  return said
}

/** Removes decrypted names. Names that do not match the digest of the encrypted field give no valid stored form. */
function withMarks<E extends Acted>(event: E): E {
  const { decryptedactor, ...given } = event
  if (decryptedactor === undefined) return event
  const [salt = '', person = '', ...proof] = decryptedactor.split('.')
  const { actor = '', actorproof, encryptedactor = '' } = given
  const names = { '/actor': actor, ...(actorproof === undefined ? {} : { '/actorproof': actorproof }) }
  const isOfThese = sha256(`${salt}${canonical(names)}`) === encryptedactor.split('.')[2]
  const marked = {
    ...given,
    actor: `${actor.split('/').slice(0, 2).join('/')}/${person}`,
    encryptedactor: isOfThese ? encryptedactor : 'of another actor',
  }
  const { actorproof: _proof, ...bare } = marked
  return (proof.length > 0 ? { ...bare, actorproof: proof.join('.') } : bare) as unknown as E
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value)

function withoutBox({ encrypted: _box, ...said }: Data): Data {
  return said
}

/** Removes decrypted values. Values that do not match the digest give no valid stored form. */
function stored(data: Data): Data {
  if (!data.encrypted?.decrypted) return data
  const { decrypted, ...box } = data.encrypted
  const values: Record<string, unknown> = {}
  const copy = structuredClone(data) as Record<string, unknown>
  for (const place of decrypted.pointers) values[place] = takeOut(copy, place.slice(1).split('/').map(unescaped))
  const isOfThese = sha256(`${decrypted.salt}${canonical(values)}`) === box.digest
  return { ...copy, encrypted: isOfThese ? box : { ...box, digest: 'of other words' } }
}

const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

function takeOut(within: Record<string, unknown>, [name = '', ...rest]: readonly string[]): unknown {
  if (rest.length > 0) return takeOut((within[name] ?? {}) as Record<string, unknown>, rest)
  const { [name]: value } = within
  delete within[name]
  return value
}
