import { accepted, type Problem, type Refusal, type Result, refused } from '@holdfast/schemas'
import { z } from 'zod'
import type { CursorCodec, CursorKind } from './cursor-codec.ts'

/** What of a query says which page of a list is wanted: what follows the `nextCursor` of the page before, and how much of that. */
export const pageQuery = {
  after: z.string().max(6000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
} as const

/** The place behind which a page begins; undefined for the first page. Refused as `SealedPlaces.open` refuses it. */
export const openCursor = (
  places: CursorCodec,
  country: string,
  kind: CursorKind,
  after: string | undefined,
): Result<number[] | undefined, Refusal> => {
  const opened = after === undefined ? accepted(undefined) : places.open(country, kind, after)
  return opened.ok ? opened : refused(ofQuery(opened.error))
}

/** What is no cursor at all is a bad query; one of another list, country or engine is refused as that. */
export const ofQuery = (refusal: Refusal): Refusal => (refusal.code === 'MALFORMED' ? { ...refusal, code: 'QUERY_MALFORMED' } : refusal)

const problemOfPlace = (message: string): readonly Problem[] => [{ code: 'BAD_CURSOR', path: '/after', message }]

/** What is wrong with a place that is refused. */
export const notANext = problemOfPlace('must be the `nextCursor` of the page before')
/** The same where there are several lists, each with places of its own. */
export const notANextOfThisList = problemOfPlace('must be the `nextCursor` of the page before, of the same list')
