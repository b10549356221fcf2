import type { Words } from '@holdfast/sealing/wrappers'
import type { DeskWorld } from '../desk-world.ts'
import type { FieldOpener } from './field-opener.ts'
import type { DesksWork } from './work-caller.ts'
import type { WorkViews } from './work-views.ts'
import type { WorkWriter } from './write-work.ts'

/** What the addresses of the desk's work stand on. */
export interface WorkWorld extends DeskWorld {
  readonly work: WorkViews
  readonly writer: WorkWriter
  readonly desks: DesksWork
  readonly opener: FieldOpener
  /** Of what is written here, as `words` are of facts. */
  readonly workWords: Pick<Words, 'openedWithNames'>
}
