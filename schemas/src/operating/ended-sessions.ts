import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'

/** A session of which its person signed out. `sessionId` is random and names nobody. */
const endedSessionBodySchema = z.strictObject({
  sessionId: z.uuid(),
  /** When the session would have ended by itself. */
  endsAt: z.iso.datetime(),
})

export const endedSessionType = 'holdfast.ended-session.v1'
export const endedSessionSchema = eventSchema(endedSessionType, endedSessionBodySchema).meta({
  title: 'Ended session',
  description: 'A record of freeze.ended-sessions.',
})
export type EndedSessionEvent = z.output<typeof endedSessionSchema>
