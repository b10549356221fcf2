import type { Audience, ListSort } from '@holdfast/schemas'

/** A position in a list: the sort key, and the ledger position of the request's opening for equal keys. */
export interface ListCursor {
  readonly key: number
  readonly number: number
}

/** A case is the requests to which one country gives one reference. */
export interface CaseName {
  readonly requestingCountry: string
  readonly caseReference: string
}

/** A list query. A desk sees what its country sent or received, and of the rest not even a count (V16). */
export interface ListQuery {
  /** The reader: a country, or an audience that requests are shared with. */
  readonly country: Audience
  /** Newest first by default. */
  readonly sort?: ListSort
  readonly phases?: readonly string[]
  readonly requestingCountry?: string | undefined
  readonly beneficiaryCountry?: string | undefined
  readonly caseReference?: string | undefined
  /** Only onward requests of this request. */
  readonly parent?: string | undefined
  readonly currency?: string | undefined
  /** Only rows after this position. */
  readonly after?: ListCursor
  readonly limit: number
}

/** The filters of each order, besides phases. Each has an index; filters without one are not offered. */
export const filtersOf = {
  opened: ['requestingCountry', 'beneficiaryCountry', 'caseReference', 'parent'],
  deadline: ['requestingCountry', 'beneficiaryCountry'],
  updated: [],
  amount: ['currency'],
} as const satisfies Record<ListSort, readonly (keyof ListQuery)[]>
