import type { Audience, ListSort, Phase } from '@holdfast/schemas'

/** A place in a list: what the list is sorted by, and where the request's opening lies in the ledger, for those of one key. */
export interface ListCursor {
  readonly key: number
  readonly number: number
}

/** A case is what one country calls by one reference. */
export interface CaseName {
  readonly requestingCountry: string
  readonly caseReference: string
}

/** What a desk may look at: what its country sent or what is addressed to it, and of the rest not even a count (V16). */
export interface ListQuery {
  /** Who reads: a country, or who something is shared with. */
  readonly country: Audience
  /** Newest first without it. */
  readonly sort?: ListSort
  readonly phases?: readonly Phase[]
  readonly requestingCountry?: string | undefined
  readonly beneficiaryCountry?: string | undefined
  readonly caseReference?: string | undefined
  /** Only what says that it follows the money of this request. */
  readonly parent?: string | undefined
  readonly currency?: string | undefined
  /** Only what comes after this place in the list. */
  readonly after?: ListCursor
  readonly limit: number
}

/** What a list can be narrowed by beside its phases, by its order: each is read by an index, and what has none is not offered. */
export const filtersOf = {
  opened: ['requestingCountry', 'beneficiaryCountry', 'caseReference', 'parent'],
  deadline: ['requestingCountry', 'beneficiaryCountry'],
  updated: [],
  amount: ['currency'],
} as const satisfies Record<ListSort, readonly (keyof ListQuery)[]>
