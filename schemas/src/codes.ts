import { z } from 'zod'
import { lineSchema } from './texts/characters.ts'

/** ISO 3166-1 alpha-2. Rule V07 checks whether the country is a member. */
export const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code, such as SG')

/** ISO 4217. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as USD')

/** The kind of a command, a fact or another record about a request, of any workflow. */
export const kindSchema = z.string().regex(/^[A-Z][A-Za-z]{1,59}$/, 'must be a kind, such as FreezeReported')

/** ISO 9362, 8 or 11 characters. */
export const bicSchema = z
  .string()
  .regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'must be a BIC of 8 or 11 characters (ISO 9362)')

/** ISO 9362: 8 characters, and 11 that end in XXX, are the same office. */
export const officeOf = (bic: string): string => (bic.length === 11 && bic.endsWith('XXX') ? bic.slice(0, 8) : bic)

export const requestIdSchema = z.uuid('must be a request id (UUID)')

/** Half a surrogate pair has no UTF-8 form, so it could be neither stored unchanged nor hashed (RFC 8785). */
export const wellFormedSchema = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine(text => text.isWellFormed(), 'must be Unicode text')

/** ISO 20022 Max35Text: a reference of an authority, institution or requester, in any script. */
export const referenceSchema = lineSchema(35)

export const dateSchema = z.iso.date('must be a date, such as 2024-07-19')

/** An instant with its offset, as ISO 20022 requires for the time of a payment. */
export const instantSchema = z.iso.datetime({
  offset: true,
  error: 'must be an instant with its offset, such as 2024-07-23T10:20:00+08:00',
})
