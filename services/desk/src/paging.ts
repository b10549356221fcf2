import { accepted, type Problem, type Refusal, type Result } from '@holdfast/schemas'
import { z } from 'zod'
import type { PlaceKind, SealedPlaces } from './sealed-places.ts'

/** What of a query says which page of a list is wanted: what follows the `next` of the page before, and how much of that. */
export const pageQuery = {
  after: z.string().max(6000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
} as const

/** The place behind which a page begins; undefined for the first page. Refused as `SealedPlaces.open` refuses it. */
export const openPlace = (
  places: SealedPlaces,
  country: string,
  kind: PlaceKind,
  after: string | undefined,
): Result<number[] | undefined, Refusal> => (after === undefined ? accepted(undefined) : places.open(country, kind, after))

const problemOfPlace = (message: string): readonly Problem[] => [{ path: '/after', message }]

/** What is wrong with a place that is refused. */
export const notANext = problemOfPlace('must be the `next` of the page before')
/** The same where there are several lists, each with places of its own. */
export const notANextOfThisList = problemOfPlace('must be the `next` of the page before, of the same list')
