import { malformedQuery, sendRefusal } from '@holdfast/http'
import { countrySchema, instantSchema, listSorts, moneySchema, type Problem, parseWith, phases, referenceSchema } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { isParty, readerOf } from '../access/access-level.ts'
import { notANext, notANextOfThisList, openCursor, pageQuery } from '../cursors/paging.ts'
import type { DeskWorld } from '../desk-world.ts'
import { filtersOf, type ListCursor, type ListQuery } from '../lists/list-query.ts'
import { writtenRequestIdSchema } from '../request-id.ts'

const querySchema = z.strictObject({
  /** What is searched for, instead of a list. */
  q: z.string().trim().min(2, 'must have 2 characters at least').max(140).optional(),
  sort: z.enum(listSorts).default('opened'),
  /** May be given more than once. */
  phase: z
    .union([z.enum(phases), z.array(z.enum(phases)).max(phases.length)], {
      error: `must be one of ${phases.join(', ')}, each at most once`,
    })
    .optional(),
  caseReference: referenceSchema.optional(),
  /** With a case reference and without this: the caller's own, as every country numbers its cases by itself. */
  requestingCountry: countrySchema.optional(),
  beneficiaryCountry: countrySchema.optional(),
  currency: moneySchema.shape.currency.optional(),
  parent: writtenRequestIdSchema.optional(),
  /** Only what has been open for longer. */
  openedBefore: instantSchema.optional(),
  limit: pageQuery.limit,
  after: pageQuery.after,
})

/** What a search gives at most: who gets more than this asks for more of it. */
const hitsMax = 50

/**
 * `GET /v1/requests`: the caller's country's requests, in the order that is asked for; with `q` those that a text may mean. What is kept as text is given as that text: nobody reads and writes 200 documents to pass
 * them on.
 */
export function getRequests({ http }: ServiceContext, { views, turns, places }: DeskWorld): void {
  http.get('/v1/requests', { config: { forUnits: true, takesQuery: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const unfit = [...problemsOf(query.value), ...(isParty(audience) ? [] : problemsOfUnit(query.value))]
    if (unfit.length > 0) return sendRefusal(reply, { code: 'QUERY_MALFORMED', message: 'there is no such list' }, unfit)
    const country = audience
    const { q, sort, phase, limit, after, openedBefore, ...filters } = query.value
    if (q !== undefined) {
      const found = await turns.take(country, () => views.search(country, q, Math.min(limit, hitsMax)))
      return reply.type('application/json').send(`{"requests":[${found.join(',')}]}`)
    }
    const place = openCursor(places, country, 'list', after)
    if (!place.ok) return sendRefusal(reply, place.error, notANext)
    const [key = 0, number = 0, sortedBy = 0] = place.value ?? []
    if (place.value && listSorts[sortedBy] !== sort)
      return sendRefusal(
        reply,
        { code: 'QUERY_MALFORMED', message: `this place is one of a list by ${listSorts[sortedBy]}, and this list is by ${sort}` },
        notANextOfThisList,
      )
    const asked: ListQuery = {
      country,
      sort,
      limit,
      ...(phase === undefined ? {} : { phases: [phase].flat() }),
      // Every country numbers its cases by itself.
      ...(filters.caseReference ? { requestingCountry: country } : {}),
      ...filters,
      ...(place.value ? { after: { key, number } } : openedBefore ? { after: { key: Date.parse(openedBefore), number: 0 } } : {}),
    }
    const { views: listed, next } = await turns.take(country, () => views.list(asked))
    const placeOf = ({ key, number }: ListCursor) => places.seal(country, 'list', [key, number, listSorts.indexOf(sort)])
    const more = next ? `,"nextCursor":${JSON.stringify(placeOf(next))}` : ''
    return reply.type('application/json').send(`{"requests":[${listed.join(',')}]${more}}`)
  })
}

type AskedList = z.output<typeof querySchema>

/** What is asked for and can't be read in its order: there is no index for it, and a country's requests are many. */
function problemsOf({ q, limit: _limit, ...asked }: AskedList): Problem[] {
  const { sort, phase: _phase, after: _after, openedBefore, ...filters } = asked
  if (q !== undefined)
    return Object.entries(asked)
      .filter(([name, value]) => value !== undefined && (name !== 'sort' || value !== 'opened'))
      .map(([name]) => ({
        code: 'RULE' as const,
        path: `/${name}`,
        message: 'does not go with a search, which gives the newest of what it finds: leave it out',
      }))
  const offered: readonly string[] = filtersOf[sort]
  const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const others = (name: string) => listSorts.filter(other => (filtersOf[other] as readonly string[]).includes(name)).join(' or ')
  const problems = given
    .filter(name => !offered.includes(name))
    .map(
      (name): Problem => ({
        code: 'RULE',
        path: `/${name}`,
        message: `a list by ${sort} is not narrowed by this: sort by ${others(name)}, or leave it out`,
      }),
    )
  if (openedBefore !== undefined && sort !== 'opened')
    problems.push({
      code: 'RULE',
      path: '/openedBefore',
      message: `a list by ${sort} is not narrowed by this: sort by opened, or leave it out`,
    })
  if (sort === 'amount' && filters.currency === undefined)
    problems.push({ code: 'MISSING', path: '/currency', message: 'must be given, as sums of two currencies are not compared' })
  return problems
}

/** A unit is in no corridor: what is shared with it comes from a requesting country, and every country numbers its cases by itself. */
function problemsOfUnit({ beneficiaryCountry, caseReference, requestingCountry }: AskedList): Problem[] {
  const problems: Problem[] = []
  if (beneficiaryCountry !== undefined)
    problems.push({
      code: 'RULE',
      path: '/beneficiaryCountry',
      message: 'what is shared is narrowed by requestingCountry alone: leave this out',
    })
  if (caseReference !== undefined && requestingCountry === undefined)
    problems.push({
      code: 'MISSING',
      path: '/requestingCountry',
      message: 'must be given with a case reference: every country numbers its cases by itself',
    })
  return problems
}
