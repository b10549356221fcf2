import type { Parking } from '@holdfast/folds'
import type { Policy } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import type { CursorCodec } from './cursors/cursor-codec.ts'
import type { ExpectedRequests } from './ledger-consumer/expected-requests.ts'
import type { FollowedLedger } from './ledger-consumer/follow-ledger.ts'
import type { PageQueue } from './page-queue.ts'
import type { DataDecrypter } from './personal-data/data-decrypter.ts'
import type { FoldedRequests } from './projection/folded-requests.ts'
import type { RequestProjection } from './projection/request-projection.ts'
import type { PositionReader } from './stream/known-position.ts'

/** What a desk is given: it reads and writes personal data. */
export type DeskContext = ServiceContext & { readonly words: PersonalDataCipher }

/** What the addresses of a desk stand on, beside what each service has. */
export interface DeskWorld {
  readonly views: RequestProjection
  readonly folded: FoldedRequests
  readonly followed: Pick<FollowedLedger, 'arrivals' | 'shownUntil'>
  readonly expected: ExpectedRequests
  readonly turns: PageQueue
  readonly places: CursorCodec
  readonly readPosition: PositionReader
  /** How many the ledger has. */
  readonly partitions: number
  /** As the ledger decides, and with what the directory says. */
  readonly policy: Policy
  /** Whether the ledger holds a command, or still would, where it has parked the request. */
  readonly hasHeldQuota: Parking['hasHeldQuota']
  /** Of facts. */
  readonly words: DataDecrypter
}
