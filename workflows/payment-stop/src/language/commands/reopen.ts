import { z } from 'zod'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { command, fact } from './definition.ts'
import { ofDocument } from './document-personal-data.ts'
import { arming, noteSchema } from './parts.ts'
import { desk, requester } from './permission.ts'

/** A new revision, with a corrected document if the requesting country has one. */
const body = z.strictObject({ reason: noteSchema, request: freezeRequestSchema.optional() })

export const Reopen = command({
  body,
  example: { reason: 'The holder was found under another account' },
  allowed: [requester, desk],
  personalData: [...ofDocument, '/reason'],
  becomes: 'RequestReopened',
})

export const RequestReopened = fact({
  body: body.extend(arming),
  requesterIsNotified: true,
  deadlines: (_data, { timers }) => timers('verify', 'verifyHard'),
})
