import { z } from 'zod'
import { sha256Of } from '#digests'
import { wellFormedSchema } from '../codes.ts'
import { canonicalJson } from '../texts/canonical-json.ts'

/** Beside the names of an event and what it says, nothing of it is signed: the rest is for whoever carries it. */
export interface EventToSign {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly data: unknown
}

/** What the signature of an event goes over (RFC 8785). Throws on text that is no Unicode, which has no canonical form. */
export const signedText = ({ id, source, type, data }: EventToSign): string => canonicalJson({ data, id, source, type })

/** A JWS whose payload lies elsewhere (RFC 7515, appendix F). Both algorithms that are taken make 64 bytes, of which the last two bits stand in the last letter: with others behind them one signature would have several texts. */
const jwsPattern = /^[A-Za-z0-9_-]{1,1900}\.\.[A-Za-z0-9_-]{85}[AQgw]$/

export const detachedJwsSchema = z.string().regex(jwsPattern, 'must be a JWS in compact form with a detached payload')

export const isDetachedJws = (text: string): boolean => jwsPattern.test(text)

/**
 * By whom and in which words a command was asked for, as far as it does not stand beside it in the data (ADR 61): the signature, the names of the event that it is of, and its data where the command has
 * another shape. Where words are sealed all but the type of the event is, as it would confirm a guess of them.
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
    description: 'By whom and in which words it was asked for (RFC 7515, appendix F, over the RFC 8785 form of data, id, source and type)',
  })
export type Signed = Readonly<z.infer<typeof signedSchema>>

/** Data of which the event that asked for it may have been signed. Of closed words the type alone is there. */
export interface Signable {
  readonly signed?: Signed | undefined
}

/** What of it is sealed with the words: each confirms them to who guesses. */
export const signaturePointers = ['/signed/jws', '/signed/id', '/signed/source', '/signed/data']

/** The mark in a block of words that two persons may say: what the digest of them would be if nobody had signed them. */
export const unsignedDigestName = 'said'

/** By which two persons are known to say the same, of data that nobody has signed. */
export const unsignedDigestOf = (command: string, data: unknown): string => sha256Of(canonicalJson([command, data]))
