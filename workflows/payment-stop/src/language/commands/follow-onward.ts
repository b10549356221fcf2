import { z } from 'zod'
import { command, fact } from './definition.ts'
import { noteSchema, sequenceSchema } from './parts.ts'
import { requestersOfficer } from './permission.ts'
import { childSchema, reported } from './report-moved-onward.ts'

/** V26: the requesting country approves an onward request for the money that the fact with this number reports. */
const body = z.strictObject({ report: sequenceSchema, note: noteSchema.optional() })

export const FollowOnward = command({
  body,
  example: { report: 7 },
  // Only an officer opens a request in the country's name: a bank only reports.
  allowed: [requestersOfficer],
  personalData: ['/note'],
  mayUseReservedQuota: true,
  becomes: 'OnwardFollowed',
})

export const OnwardFollowed = fact({ body: body.extend({ ...reported, child: childSchema }), requesterIsNotified: true })
