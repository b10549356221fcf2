import { z } from 'zod'
import { command, fact } from './definition.ts'
import { noteSchema, sequenceSchema } from './parts.ts'
import { requestersOfficer } from './permission.ts'
import { reported } from './report-moved-onward.ts'

/** The requesting country declines an onward request. It can still give FollowOnward later. */
const body = z.strictObject({ report: sequenceSchema, reason: noteSchema })

export const DeclineOnward = command({
  body,
  example: { report: 7, reason: 'The bank has taken the payment back' },
  allowed: [requestersOfficer],
  personalData: ['/reason'],
  becomes: 'OnwardDeclined',
})

export const OnwardDeclined = fact({ body: body.extend(reported), requesterIsNotified: true })
