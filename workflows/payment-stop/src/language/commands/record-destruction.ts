import { destructionCauses, instantSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { dispatch } from './permission.ts'

/** V30: the data keys are destroyed; their number, and when. */
const body = z.strictObject({
  because: z.enum(destructionCauses),
  /** The keys of both countries together; 0 if the request had no encrypted data. */
  keys: z.int().min(0).max(1_000),
  intendedAt: instantSchema,
  destroyedAt: instantSchema,
})

export const RecordDestruction = command({ body, allowed: [dispatch], becomes: 'KeysDestroyed' })

/** The encrypted data of the request can no longer be read. */
export const KeysDestroyed = fact({ body, isRecordOnly: true })
