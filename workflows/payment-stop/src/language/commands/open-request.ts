import { z } from 'zod'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { command, fact } from './definition.ts'
import { ofDocument } from './document-personal-data.ts'
import { arming } from './parts.ts'
import { dispatch, requester } from './permission.ts'

const body = z.strictObject({
  request: freezeRequestSchema,
  /** The earlier requests of an onward request that the engine opens (V26). No other sender may set it. */
  lineage: z.array(z.uuid()).max(10).optional(),
})

export const OpenRequest = command({
  body,
  // The engine opens onward requests.
  allowed: [requester, dispatch],
  personalData: ofDocument,
  signable: true,
  becomes: 'RequestOpened',
})

export const RequestOpened = fact({
  body: body.extend(arming),
  deadlines: (_data, { timers }) => timers('verify', 'verifyHard'),
})
