export const sorts = ['deadline', 'opened', 'updated'] as const
export type Sort = (typeof sorts)[number]

/** Age classes, in days. */
export const ages = [1, 3, 7] as const
export type Age = (typeof ages)[number]

/** The state of a board in its address. Defaults are left out. */
export interface BoardSearch {
  /** Of any workflow. */
  readonly phase?: string
  readonly from?: string
  readonly to?: string
  /** Opened at least this many days ago. */
  readonly age?: Age
  readonly sort?: Sort
  readonly q?: string
}

/** Changed members; undefined removes one. */
export type ChangedSearch = { readonly [K in keyof BoardSearch]?: BoardSearch[K] | undefined }

const country = (value: unknown): string | undefined => (typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : undefined)

export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const phase = typeof search.phase === 'string' && /^[a-z]{1,40}$/i.test(search.phase) ? search.phase : undefined
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

/** Whether the engine has an index for this order with these filters. */
export const offers = (sort: Sort, { from, to, age }: { readonly [K in 'from' | 'to' | 'age']?: unknown }): boolean =>
  sort === 'opened' || (!age && (sort === 'deadline' || (!from && !to)))

const dayMs = 24 * 3_600_000

/**
 * The first page fills a screen or two, later ones have the engine's maximum: loaded pages are fetched again as facts
 * come.
 */
const rows = { first: '50', following: '200' } as const

/** Its query for `GET /v1/requests`. */
export function listQuery({ phase, from, to, age, sort, q }: BoardSearch, nowMs: number, after?: string): string {
  const openedBefore = age && new Date(nowMs - age * dayMs).toISOString()
  const members = q
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
  return new URLSearchParams(Object.entries(members).flatMap(([name, value]) => (value ? [[name, value]] : []))).toString()
}
