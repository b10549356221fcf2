import { z } from 'zod'
import { countrySchema } from '../codes.ts'
import { textSchema } from '../texts/characters.ts'

/** The specialised units of a country with which a request can be shared, by the words of INTERPOL's regional conferences. */
export const specialUnits = ['organisedCrime', 'cybercrime', 'counterTerrorism', 'financialInvestigation', 'antiScamCentre'] as const
export type SpecialUnit = (typeof specialUnits)[number]

/**
 * INTERPOL's General Secretariat where a country stands: no country, and no party to a request. ICAO Doc 9303-3 has `XPO` for INTERPOL; of two letters ISO 3166-1 leaves XA to XZ
 * to their users.
 */
export const generalSecretariat = 'XP'

/** A specialised unit of one country, or INTERPOL's General Secretariat. */
export const sharedUnitSchema = z
  .strictObject({ country: countrySchema, unit: z.enum([...specialUnits, 'generalSecretariat']) })
  .refine(({ country, unit }) => (country === generalSecretariat) === (unit === 'generalSecretariat'), {
    path: ['unit'],
    error: `must be generalSecretariat where the country is ${generalSecretariat}, and nowhere else`,
  })
export type SharedUnit = z.output<typeof sharedUnitSchema>

/**
 * What of a request a unit gets to see. `standing`: between which countries it is, its states, amounts and deadlines, and no document, fact or name. `history`: all that its parties
 * see.
 */
export const shareExtents = ['standing', 'history'] as const
export type ShareExtent = (typeof shareExtents)[number]

/** A request is shared with so many units at once. */
export const sharesMax = 20

export const shareBody = z.strictObject({
  with: sharedUnitSchema,
  extent: z.enum(shareExtents),
  /** Why that unit needs it: data are processed for a purpose that is named (RPD Art. 10). */
  purpose: textSchema(1, 500),
})

export const withdrawShareBody = z.strictObject({
  /** The fact by which it was shared. */
  share: z.int().min(1).max(1_000_000),
  reason: textSchema(1, 500),
})

/** A share that stands: of the request, or of one whose money it follows. */
export interface Share {
  /** The fact that made it. */
  readonly share: number
  readonly with: SharedUnit
  readonly extent: ShareExtent
  readonly sharedBy: string
  readonly sharedAt: string
  /** The request whose money this one follows, where it is that which is shared. */
  readonly of?: string
}

/** Who may read a request: a country with a part in it, such as `SG`, a unit that it is shared with, such as `FR.cybercrime`, or the General Secretariat. */
export type Audience = string

/** How a reader is called as an audience; the General Secretariat is one by its code alone. */
export const audienceOf = ({ country, unit }: { readonly country: string; readonly unit?: SharedUnit['unit'] | undefined }): Audience =>
  unit === undefined || unit === 'generalSecretariat' ? country : `${country}.${unit}`
