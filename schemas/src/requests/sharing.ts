import { z } from 'zod'
import { countrySchema } from '../codes.ts'

/**
 * The specialised units of a country that a request can be shared with, named as in INTERPOL's regional conferences.
 */
export const specialUnits = ['organisedCrime', 'cybercrime', 'counterTerrorism', 'financialInvestigation', 'antiScamCentre'] as const
export type SpecialUnit = (typeof specialUnits)[number]

/**
 * INTERPOL's General Secretariat as a country code. It is no country and no party to a request. ICAO Doc 9303-3 has `XPO`
 * for INTERPOL; ISO 3166-1 reserves XA to XZ for its users.
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
 * The access scope of a share. `standing`: the two countries, states, amounts and deadlines, but no document, fact or name.
 * `history`: everything that the parties see.
 */
export const shareExtents = ['standing', 'history'] as const
export type ShareExtent = (typeof shareExtents)[number]

/** The most units with access to a request at a time. */
export const sharesMax = 20

/** An active share of the request, or of a request earlier in its chain. */
export interface Share {
  /** The sequence of the fact that shared it. */
  readonly share: number
  readonly with: SharedUnit
  readonly extent: ShareExtent
  readonly sharedBy: string
  readonly sharedAt: string
  /** The shared request, if it is one earlier in the chain. */
  readonly of?: string
}

/**
 * A reader of a request: a country that takes part, such as `SG`, a unit with a share, such as `FR.cybercrime`, or the
 * General Secretariat.
 */
export type Audience = string

/** The audience that a reader belongs to. The General Secretariat is one by its code alone. */
export const audienceOf = ({ country, unit }: { readonly country: string; readonly unit?: SharedUnit['unit'] | undefined }): Audience =>
  unit === undefined || unit === 'generalSecretariat' ? country : `${country}.${unit}`
