import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'

/** A session that its person signed out of. `sessionId` is random and identifies no person. */
const endedSessionBodySchema = z.strictObject({
  sessionId: z.uuid(),
  /** When the session would have expired. */
  endsAt: z.iso.datetime(),
})

export const endedSessionType = 'holdfast.ended-session.v1'
export const endedSessionSchema = eventSchema(endedSessionType, endedSessionBodySchema).meta({
  title: 'Ended session',
  description: 'A record of freeze.ended-sessions.',
})
export type EndedSessionEvent = z.output<typeof endedSessionSchema>
