import { accepted, type Problem, type Refusal, type Result, refused } from '@holdfast/schemas'
import { z } from 'zod'
import type { CursorCodec, CursorKind } from './cursor-codec.ts'

/** Query members of a page: the `nextCursor` of the page before, and the page size. */
export const pageQuery = {
  after: z.string().max(6000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
} as const

/** The position after which a page begins; undefined for the first page. Refused as by `CursorCodec.decode`. */
export const openCursor = (
  cursors: CursorCodec,
  country: string,
  kind: CursorKind,
  after: string | undefined,
): Result<number[] | undefined, Refusal> => {
  const decoded = after === undefined ? accepted(undefined) : cursors.decode(country, kind, after)
  return decoded.ok ? decoded : refused(ofQuery(decoded.error))
}

/**
 * A text that can't be a cursor makes the query malformed. A cursor of another list, country or engine keeps its own
 * code.
 */
export const ofQuery = (refusal: Refusal): Refusal => (refusal.code === 'MALFORMED' ? { ...refusal, code: 'QUERY_MALFORMED' } : refusal)

const cursorProblem = (message: string): readonly Problem[] => [{ code: 'BAD_CURSOR', path: '/after', message }]

/** The problem of a refused cursor. */
export const notANext = cursorProblem('must be the `nextCursor` of the page before')
/** The same for an endpoint with several lists, each with its own cursors. */
export const notANextOfThisList = cursorProblem('must be the `nextCursor` of the page before, of the same list')
