import type { Parking } from '@holdfast/folds'
import type { Policy } from '@holdfast/schemas'
import type { Words } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SealedPlaces } from './cursors/sealed-places.ts'
import type { ExpectedRequests } from './following/expected-requests.ts'
import type { FollowedLedger } from './following/follow-ledger.ts'
import type { PageTurns } from './page-turns.ts'
import type { FoldedRequests } from './projection/folded-requests.ts'
import type { RequestViews } from './projection/request-view.ts'
import type { PositionReader } from './stream/known-position.ts'
import type { OpenedWords } from './words/opened-words.ts'

/** What a desk is given: it reads and writes personal data. */
export type DeskContext = ServiceContext & { readonly words: Words }

/** What the addresses of a desk stand on, beside what each service has. */
export interface DeskWorld {
  readonly views: RequestViews
  readonly folded: FoldedRequests
  readonly followed: Pick<FollowedLedger, 'arrivals' | 'shownUntil'>
  readonly expected: ExpectedRequests
  readonly turns: PageTurns
  readonly places: SealedPlaces
  readonly readPosition: PositionReader
  /** How many the ledger has. */
  readonly partitions: number
  /** As the ledger decides, and with what the directory says. */
  readonly policy: Policy
  /** Whether the ledger holds a command, or still would, where it has parked the request. */
  readonly hasHeldQuota: Parking['hasHeldQuota']
  /** Of facts. */
  readonly words: OpenedWords
}
