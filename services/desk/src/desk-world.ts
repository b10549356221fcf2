import type { ExpectedRequests } from './following/expected-requests.ts'
import type { FollowedLedger } from './following/follow-ledger.ts'
import type { PageTurns } from './page-turns.ts'
import type { SealedPlaces } from './sealed-places.ts'
import type { PositionReader } from './stream/known-position.ts'
import type { RequestViews } from './view/request-view.ts'
import type { OpenedWords } from './words/opened-words.ts'

/** What the addresses of a desk stand on, beside what each service has. */
export interface DeskWorld {
  readonly views: RequestViews
  readonly followed: Pick<FollowedLedger, 'arrivals' | 'shownUntil'>
  readonly expected: ExpectedRequests
  readonly turns: PageTurns
  readonly places: SealedPlaces
  readonly readPosition: PositionReader
  /** How many the ledger has. */
  readonly partitions: number
  /** Of facts. */
  readonly words: OpenedWords
}
