import type { Phase } from '@holdfast/schemas'

export const sorts = ['deadline', 'opened', 'updated'] as const
export type Sort = (typeof sorts)[number]
const phases: readonly Phase[] = ['received', 'verified', 'frozen', 'recovered', 'closed']

/** Classes of age, in days. */
export const ages = [1, 3, 7] as const
export type Age = (typeof ages)[number]

/** What a board shows, as its address says it. What is as it is without being asked for stands in no address. */
export interface BoardSearch {
  readonly phase?: Phase
  readonly from?: string
  readonly to?: string
  /** So many days ago at least they were opened. */
  readonly age?: Age
  readonly sort?: Sort
  readonly q?: string
}

/** What is set otherwise than before; undefined for what is set no more. */
export type ChangedSearch = { readonly [K in keyof BoardSearch]?: BoardSearch[K] | undefined }

const country = (value: unknown): string | undefined => (typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : undefined)

export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const phase = phases.find(each => each === search.phase)
  const [from, to] = [country(search.from), country(search.to)]
  const age = ages.find(each => each === Number(search.age))
  const sort = sorts.find(each => each === search.sort && each !== 'opened' && offers(each, { from, to, age }))
  const q = typeof search.q === 'string' && search.q.trim() !== '' ? search.q.trim().slice(0, 200) : undefined
  return {
    ...(phase ? { phase } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(age ? { age } : {}),
    ...(sort ? { sort } : {}),
    ...(q ? { q } : {}),
  }
}

/** Whether there is a list in this order that is narrowed so: the engine reads each by an index, and has none for the others. */
export const offers = (sort: Sort, { from, to, age }: { readonly [K in 'from' | 'to' | 'age']?: unknown }): boolean =>
  sort === 'opened' || (!age && (sort === 'deadline' || (!from && !to)))

const dayMs = 24 * 3_600_000

/** The first page is what a screen or two have room for, and those behind it are as long as the engine gives them: what is loaded is asked for again as facts come. */
const rows = { first: '50', following: '200' } as const

/** The query of `GET /v1/requests` for it. */
export function listQuery({ phase, from, to, age, sort, q }: BoardSearch, nowMs: number, after?: string): string {
  const openedBefore = age && new Date(nowMs - age * dayMs).toISOString()
  const asked = q
    ? { q }
    : {
        phase,
        requestingCountry: from,
        beneficiaryCountry: to,
        openedBefore,
        sort: sort ?? 'opened',
        limit: after ? rows.following : rows.first,
        after,
      }
  return new URLSearchParams(Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value]] : []))).toString()
}
