import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { DeskWorld } from '../desk-world.ts'
import type { FieldDecrypter } from './field-decrypter.ts'
import type { DesksWork } from './work-caller.ts'
import type { WorkProjection } from './work-projection.ts'
import type { WorkWriter } from './write-work.ts'

/** Dependencies of the desk work endpoints. */
export interface WorkWorld extends DeskWorld {
  readonly work: WorkProjection
  readonly writer: WorkWriter
  readonly desks: DesksWork
  readonly fieldDecrypter: FieldDecrypter
  /** Decrypts work events, as `words` decrypts facts. */
  readonly workCipher: Pick<PersonalDataCipher, 'decryptWithNames'>
}
