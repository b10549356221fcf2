import { deadlineSchema } from '../requests/deadlines.ts'
import { command, fact } from './definition.ts'
import { arming } from './parts.ts'
import { clock } from './permission.ts'

/** Only the clock expires (V18). */
export const DeadlinePassed = command({
  body: deadlineSchema,
  allowed: [clock],
  becomes: ['HoldExpired', 'DeadlineReached'],
})

export const HoldExpired = fact({ body: deadlineSchema.extend(arming), requesterIsNotified: true })

/** Another deadline was missed: a reminder, an escalation, or an unanswered question. */
export const DeadlineReached = fact({
  body: deadlineSchema.extend(arming),
  // A missed action is requested again and again.
  deadlines: ({ kind }, { timers }) => (kind === 'confirmedHoldReview' || kind === 'returnPayment' ? timers(kind) : []),
})
