import { z } from 'zod'
import { sha256Of } from '#digests'
import { wellFormedSchema } from '../codes.ts'
import { canonicalJson } from '../texts/canonical-json.ts'

/** The signed attributes of an event and its data. All other attributes may change in transit. */
export interface EventToSign {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly data: unknown
}

/**
 * The text that an event signature covers (RFC 8785). Throws on text that is not Unicode, which has no canonical form.
 */
export const signedText = ({ id, source, type, data }: EventToSign): string => canonicalJson({ data, id, source, type })

/**
 * A JWS with a detached payload (RFC 7515, appendix F). Both accepted algorithms make 64 bytes; the last letter is
 * restricted so that a signature has only one text.
 */
const jwsPattern = /^[A-Za-z0-9_-]{1,1900}\.\.[A-Za-z0-9_-]{85}[AQgw]$/

export const detachedJwsSchema = z.string().regex(jwsPattern, 'must be a JWS in compact form with a detached payload')

export const isDetachedJws = (text: string): boolean => jwsPattern.test(text)

/**
 * The sender's signature over a command, as far as the data does not contain it (ADR 61): the signature, the attributes of
 * the signed event, and its data if the command has another shape. In encrypted data all but the type is encrypted, since
 * it would confirm a guess of the plaintext.
 */
export const signedSchema = z
  .strictObject({
    type: wellFormedSchema(200),
    jws: detachedJwsSchema,
    id: wellFormedSchema(200),
    source: wellFormedSchema(200),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({
    description: 'The sender’s signature (RFC 7515, appendix F) over the RFC 8785 form of data, id, source and type',
  })
export type Signed = Readonly<z.infer<typeof signedSchema>>

/** Data whose event may have been signed. Without decryption only the type is present. */
export interface Signable {
  readonly signed?: Signed | undefined
}

/** The parts of a signature that are encrypted: each would confirm a guess of the plaintext. */
export const signaturePointers = ['/signed/jws', '/signed/id', '/signed/source', '/signed/data']

/** The blind index by which two officers' commands are compared: the digest that the data has without a signature. */
export const unsignedDigestName = 'unsignedDigest'

/** Digest of an unsigned command and its data, by which an approval is matched to a proposal. */
export const unsignedDigestOf = (command: string, data: unknown): string => sha256Of(canonicalJson([command, data]))
