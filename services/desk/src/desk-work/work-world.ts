import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { DeskWorld } from '../desk-world.ts'
import type { FieldDecrypter } from './field-decrypter.ts'
import type { DesksWork } from './work-caller.ts'
import type { WorkProjection } from './work-projection.ts'
import type { WorkWriter } from './write-work.ts'

/** What the addresses of the desk's work stand on. */
export interface WorkWorld extends DeskWorld {
  readonly work: WorkProjection
  readonly writer: WorkWriter
  readonly desks: DesksWork
  readonly opener: FieldDecrypter
  /** Of what is written here, as `words` are of facts. */
  readonly workWords: Pick<PersonalDataCipher, 'openedWithNames'>
}
