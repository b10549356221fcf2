import { sharedUnitSchema, shareExtents, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { desk, requestersOfficer } from './permission.ts'

/** Gives a specialised unit, or the General Secretariat, access to a request that it takes no part in. */
const body = z.strictObject({
  with: sharedUnitSchema,
  extent: z.enum(shareExtents),
  /** Why the unit needs it: data are processed for a stated purpose (RPD Art. 10). */
  purpose: textSchema(1, 500),
})

export const ShareRequest = command({
  body,
  example: { with: { country: 'SG', unit: 'antiScamCentre' }, extent: 'history', purpose: 'The same accounts stand in its cases' },
  allowed: [requestersOfficer, desk],
  personalData: ['/purpose'],
  becomes: 'RequestShared',
})

/** A later share with the same unit replaces this one. */
export const RequestShared = fact({ body, isRecordOnly: true })
