import type { PersonPolicy, Workflow } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { Parking } from '@holdfast/request-state'
import type { ServiceContext } from '@holdfast/service-kit'
import type { CursorCodec } from './cursors/cursor-codec.ts'
import type { DeskParts } from './desk-parts.ts'
import type { ExpectedRequests } from './ledger-consumer/expected-requests.ts'
import type { FollowedLedger } from './ledger-consumer/follow-ledger.ts'
import type { PageQueue } from './page-queue.ts'
import type { DataDecrypter } from './personal-data/data-decrypter.ts'
import type { RequestProjection } from './projection/request-projection.ts'
import type { RequestStates } from './projection/request-states.ts'
import type { PositionReader } from './stream/known-position.ts'

/** The context of a desk, which reads and writes personal data. */
export interface DeskContext extends ServiceContext {
  readonly cipher: PersonalDataCipher
  /** The cipher for commands of a workflow. */
  cipherOf(workflow: Workflow): PersonalDataCipher
}

/** What the endpoints of a desk need, besides the context of every service. */
export interface DeskWorld {
  readonly workflows: readonly DeskParts[]
  /** The workflow of a request that this desk knows. */
  deskOf(requestId: string): DeskParts
  readonly views: RequestProjection
  readonly requestStates: RequestStates
  readonly followed: Pick<FollowedLedger, 'arrivals' | 'shownUntil'>
  readonly expected: ExpectedRequests
  readonly turns: PageQueue
  readonly cursors: CursorCodec
  readonly readPosition: PositionReader
  /** The partitions of the ledger. */
  readonly partitions: number
  /** Decides as the ledger does, including the directory. */
  policyOf(workflow: Workflow): PersonPolicy
  /** Whether the ledger accepts a further held command for a parked request. */
  readonly hasHeldQuota: Parking['hasHeldQuota']
  /** Decrypts facts. */
  readonly decrypter: DataDecrypter
}
