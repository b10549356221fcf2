import { z } from 'zod'
import { sha256Of } from '#digests'
import { instantSchema } from '../codes.ts'
import { canonicalJson } from '../texts/canonical-json.ts'
import { isPointer, type Members, stripped, valuesAt } from '../texts/pointers.ts'
import type { Signable } from './signed.ts'

/** A box of a megabyte, which is what a record may have. */
const boxCharactersMax = 1_400_000
const marksMax = 32

const markNameSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name of letters and digits, the first of them small')
const markSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits in small letters')

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits in small letters')

/** Where the words were put back, and the salt by which they are seen to be those that were sealed. */
const openedSchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits in small letters'),
  places: z.array(z.string().max(200).refine(isPointer, 'must be a JSON pointer')).max(64),
})

/**
 * What of an event's `data` only those read who have its key (ADR 55), version 1. That a box is one shows when it is opened: here it is text of base64url within its bounds.
 */
export const encryptedDataSchema = z.strictObject({
  key: z.uuidv4().describe('The id of the key that opens the box'),
  box: z
    .string()
    .max(boxCharactersMax)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding')
    .describe('Nonce, ciphertext and tag'),
  digest: digestSchema.describe(
    'SHA-256 of the salt, in hex, and of the canonical JSON of what is in the box: it stays what it is when the key is gone',
  ),
  marks: z
    .record(markNameSchema, markSchema)
    .refine(marks => Object.keys(marks).length <= marksMax, `must be ${marksMax} marks at most`)
    .optional()
    .describe('What lies in the box, so that the engine can compare it without its key'),
  opened: openedSchema.optional().describe('Of an event that is given to somebody: its words stand in their places. It is never stored'),
  destroyedAt: instantSchema
    .optional()
    .describe('Of an event that is given to somebody: since when its key is destroyed, and nobody can read its words. It is never stored'),
})

export type EncryptedData = Readonly<z.infer<typeof encryptedDataSchema>>

/** As it is stored: nobody has opened it. */
export const storedDataSchema = encryptedDataSchema.omit({ opened: true, destroyedAt: true })

/**
 * By what words are bound to a chain that must verify when they are gone.
 * @param salt 32 hex digits. @param canonical the canonical JSON of the values by their pointers.
 */
export const plaintextDigestOf = (salt: string, canonical: string): string => sha256Of(`${salt}${canonical}`)

/** As it is given once its key is destroyed: nobody can open it. */
export const erasedDataSchema = encryptedDataSchema.omit({ opened: true }).required({ destroyedAt: true })

/** Data of which words may have been sealed. */
export interface Encryptable {
  readonly sealed?: EncryptedData | undefined
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of an event may have a block: its data, and there the data of a command that it quotes. */
export const quotedIn = (data: object): (Members & Encryptable) | undefined => {
  const quoted = (data as { data?: unknown }).data
  return isObject(quoted) ? quoted : undefined
}

/**
 * Data as it is stored, of data as it is given: without saying that its words are gone, or without the words that were put back, which have to be those that its digest is of. Who has changed one of them, or the digest, has other stored data, which the chain does not have. Data that
 * nobody has opened is given back as it is.
 */
export function storedData<T extends object>(data: T): T {
  const quoted = quotedIn(data)
  const stored = quoted && storedWords(quoted)
  return storedWords(stored === quoted ? data : { ...data, data: stored })
}

/** No block has it, so no event with it was ever stored. */
const noDigest = 'of other words'

function storedWords<T extends object & Encryptable>(data: T): T {
  const { sealed } = data
  if (sealed?.destroyedAt !== undefined) {
    const { destroyedAt: _since, ...stored } = sealed
    return { ...data, sealed: stored }
  }
  if (!sealed?.opened) return data
  const { opened, ...block } = sealed
  const { salt, places } = opened
  const digest = plaintextDigestOf(salt, canonicalJson(valuesAt(data as Members, places)))
  return { ...(stripped(data as Members, places) as T), sealed: { ...block, ...(digest === block.digest ? {} : { digest: noDigest }) } }
}

/** Every block has this in the text of its event, and so may what somebody wrote: then it is looked for in vain. */
const blockText = '"sealed":{'

/** Whether the text of an event may have words in a block: where it does not, nobody has to parse it. */
export const mayBeEncrypted = (text: string): boolean => text.includes(blockText)

const isClosed = ({ sealed }: Encryptable): boolean => sealed !== undefined && sealed.opened === undefined

/** Whether words of this data are in a box: nobody has opened it, or nobody can. */
export function isRedacted(data: object): boolean {
  const quoted = quotedIn(data)
  return isClosed(data) || (quoted !== undefined && isClosed(quoted))
}

/** Whether words of this data can be read by nobody any more. */
export const isErased = (data: object): boolean =>
  (data as Encryptable).sealed?.destroyedAt !== undefined || quotedIn(data)?.sealed?.destroyedAt !== undefined

/** Whether words of this data were put back. */
export const isDecrypted = (data: object): boolean =>
  (data as Encryptable).sealed?.opened !== undefined || quotedIn(data)?.sealed?.opened !== undefined

/** What somebody said, as he said it, or what quotes it: without the blocks that his words were in, and without his signature, which is of what he sent. */
export function asSubmitted<T extends object>(data: T): T {
  const quoted = quotedIn(data)
  const said = quoted && withoutBlock(quoted)
  return withoutBlock(said === quoted ? data : { ...data, data: said })
}

function withoutBlock<T extends object & Encryptable & Signable>(data: T): T {
  if (data.sealed === undefined && data.signed === undefined) return data
  const { sealed: _block, signed: _signature, ...said } = data
  return said as T
}
