import { sharedUnitSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { noteSchema, sequenceSchema } from './parts.ts'
import { desk, requestersOfficer } from './permission.ts'

/** `share` is the fact that shared it. */
const body = z.strictObject({ share: sequenceSchema, reason: noteSchema })

export const WithdrawShare = command({
  body,
  example: { share: 9, reason: 'Its case is closed' },
  allowed: [requestersOfficer, desk],
  personalData: ['/reason'],
  becomes: 'ShareWithdrawn',
})

/** `with` is copied so that the fact can be read alone. */
export const ShareWithdrawn = fact({ body: body.extend({ with: sharedUnitSchema }), isRecordOnly: true })
