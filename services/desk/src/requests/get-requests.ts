import { malformedQuery, sendRefusal } from '@holdfast/http'
import { countrySchema, currencySchema, instantSchema, listSorts, type Problem, parseWith, referenceSchema } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { isParty, readerOf } from '../access/access-level.ts'
import { notANext, notANextOfThisList, openCursor, pageQuery } from '../cursors/paging.ts'
import type { DeskWorld } from '../desk-world.ts'
import { filtersOf, type ListCursor, type ListQuery } from '../lists/list-query.ts'
import { phasesOf } from '../projection/projected-workflows.ts'
import { writtenRequestIdSchema } from '../request-id.ts'

/** @param phases those of all workflows. */
const querySchemaOf = (phases: readonly string[]) =>
  z.strictObject({
    /** A search text, instead of a list. */
    q: z.string().trim().min(2, 'must have 2 characters at least').max(140).optional(),
    sort: z.enum(listSorts).default('opened'),
    /** May be repeated. */
    phase: z
      .union([z.enum(phases), z.array(z.enum(phases)).max(phases.length)], {
        error: `must be one of ${phases.join(', ')}, each at most once`,
      })
      .optional(),
    caseReference: referenceSchema.optional(),
    /** Default with a case reference: the caller's own country, because each country numbers its own cases. */
    requestingCountry: countrySchema.optional(),
    beneficiaryCountry: countrySchema.optional(),
    currency: currencySchema.optional(),
    parent: writtenRequestIdSchema.optional(),
    /** Only requests opened before this instant. */
    openedBefore: instantSchema.optional(),
    limit: pageQuery.limit,
    after: pageQuery.after,
  })

/** Maximum of a search: a reader with more hits refines the text. */
const hitsMax = 50

/**
 * `GET /v1/requests`: requests of the caller's country in the requested order; with `q`, those that match a text.
 * Stored JSON is copied as text, without parsing 200 documents.
 */
export function getRequests({ http }: ServiceContext, { workflows, views, turns, cursors }: DeskWorld): void {
  const querySchema = querySchemaOf(phasesOf(workflows))
  http.get('/v1/requests', { config: { forUnits: true, takesQuery: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const unfit = [...problemsOf(query.value), ...(isParty(audience) ? [] : problemsOfUnit(query.value))]
    if (unfit.length > 0) return sendRefusal(reply, { code: 'QUERY_MALFORMED', message: 'This list is not available.' }, unfit)
    const country = audience
    const { q, sort, phase, limit, after, openedBefore, ...filters } = query.value
    if (q !== undefined) {
      const found = await turns.take(country, () => views.search(country, q, Math.min(limit, hitsMax)))
      return reply.type('application/json').send(`{"requests":[${found.join(',')}]}`)
    }
    const cursor = openCursor(cursors, country, 'list', after)
    if (!cursor.ok) return sendRefusal(reply, cursor.error, notANext)
    const [key = 0, number = 0, sortedBy = 0] = cursor.value ?? []
    if (cursor.value && listSorts[sortedBy] !== sort)
      return sendRefusal(
        reply,
        {
          code: 'QUERY_MALFORMED',
          message: `This cursor belongs to a list by ${listSorts[sortedBy]}, but this list is by ${sort}. Start again without a cursor.`,
        },
        notANextOfThisList,
      )
    const listQuery: ListQuery = {
      country,
      sort,
      limit,
      ...(phase === undefined ? {} : { phases: [phase].flat() }),
      // Each country numbers its own cases.
      ...(filters.caseReference ? { requestingCountry: country } : {}),
      ...filters,
      ...(cursor.value ? { after: { key, number } } : openedBefore ? { after: { key: Date.parse(openedBefore), number: 0 } } : {}),
    }
    const { views: listed, next } = await turns.take(country, () => views.list(listQuery))
    const cursorOf = ({ key, number }: ListCursor) => cursors.encode(country, 'list', [key, number, listSorts.indexOf(sort)])
    const more = next ? `,"nextCursor":${JSON.stringify(cursorOf(next))}` : ''
    return reply.type('application/json').send(`{"requests":[${listed.join(',')}]${more}}`)
  })
}

type ListInput = z.output<ReturnType<typeof querySchemaOf>>

/** Filters that the order has no index for, as a country can have many requests. */
function problemsOf({ q, limit: _limit, ...input }: ListInput): Problem[] {
  const { sort, phase: _phase, after: _after, openedBefore, ...filters } = input
  if (q !== undefined)
    return Object.entries(input)
      .filter(([name, value]) => value !== undefined && (name !== 'sort' || value !== 'opened'))
      .map(([name]) => ({
        code: 'RULE' as const,
        path: `/${name}`,
        message: 'must be absent: a search returns its newest hits',
      }))
  const offered: readonly string[] = filtersOf[sort]
  const used = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const others = (name: string) => listSorts.filter(other => (filtersOf[other] as readonly string[]).includes(name)).join(' or ')
  const problems = used
    .filter(name => !offered.includes(name))
    .map(
      (name): Problem => ({
        code: 'RULE',
        path: `/${name}`,
        message: `is no filter of a list by ${sort}: sort by ${others(name)}, or leave it out`,
      }),
    )
  if (openedBefore !== undefined && sort !== 'opened')
    problems.push({
      code: 'RULE',
      path: '/openedBefore',
      message: `is no filter of a list by ${sort}: sort by opened, or leave it out`,
    })
  if (sort === 'amount' && filters.currency === undefined)
    problems.push({ code: 'MISSING', path: '/currency', message: 'is required: amounts of two currencies cannot be compared' })
  return problems
}

/** Requests shared with a unit come from a requesting country, which numbers its own cases. */
function problemsOfUnit({ beneficiaryCountry, caseReference, requestingCountry }: ListInput): Problem[] {
  const problems: Problem[] = []
  if (beneficiaryCountry !== undefined)
    problems.push({
      code: 'RULE',
      path: '/beneficiaryCountry',
      message: 'must be absent: shared requests can be filtered by requestingCountry only',
    })
  if (caseReference !== undefined && requestingCountry === undefined)
    problems.push({
      code: 'MISSING',
      path: '/requestingCountry',
      message: 'is required with a case reference: each country numbers its own cases',
    })
  return problems
}
