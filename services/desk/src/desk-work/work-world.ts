import type { ServiceContext } from '@holdfast/service-kit'
import type { ExpectedRequests } from '../following/expected-requests.ts'
import type { PageTurns } from '../page-turns.ts'
import type { SealedPlaces } from '../sealed-places.ts'
import type { RequestViews } from '../view/request-view.ts'
import type { OpenedWords } from '../words/opened-words.ts'
import type { FieldOpener } from './field-opener.ts'
import type { DesksWork } from './work-caller.ts'
import type { WorkViews } from './work-views.ts'
import type { WorkWriter } from './write-work.ts'

/** What the addresses of the desk's work stand on. */
export interface WorkWorld {
  readonly views: RequestViews
  readonly expected: ExpectedRequests
  readonly turns: PageTurns
  readonly places: SealedPlaces
  readonly partitions: number
  readonly work: WorkViews
  readonly writer: WorkWriter
  readonly desks: DesksWork
  readonly opener: FieldOpener
  /** Of facts. */
  readonly words: OpenedWords
  /** Of what is written here; undefined where words lie in clear. */
  readonly sealing: ServiceContext['words']
}
