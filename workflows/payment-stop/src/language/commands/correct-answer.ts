import { z } from 'zod'
import { positiveMoneySchema } from '../values/money.ts'
import { command, fact } from './definition.ts'
import { arming, noteSchema, sequenceSchema } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/** Answers that an institution can correct: a hold, money moved onward, and a report of no funds. */
export const correctableAnswers = ['frozen', 'movedOnward', 'noFunds', 'notFound'] as const

/**
 * The institution corrects a wrong answer: the effect of the report is undone. `report` is the number of the fact;
 * without it, the newest answer of this kind.
 */
const body = z.strictObject({ corrects: z.enum(correctableAnswers), report: sequenceSchema.optional(), reason: noteSchema })

export const CorrectAnswer = command({
  body,
  example: { corrects: 'frozen', reason: 'The hold was put on another account' },
  // The institution whose answer it is, or a FIU that answers for it.
  allowed: [institutionOrFiu],
  personalData: ['/reason'],
  signable: true,
  mayUseReservedQuota: true,
  becomes: 'AnswerCorrected',
})

/** `report` is the number of the corrected fact; the amount is what it reported. */
export const AnswerCorrected = fact({
  body: body.extend({ report: sequenceSchema, amount: positiveMoneySchema.optional(), ...arming }),
  requesterIsNotified: true,
  // Without its last hold, the order has to be executed again.
  deadlines: ({ corrects }, { holds, timers }) => (corrects === 'frozen' && holds.length === 1 ? timers('execute', 'executeHard') : []),
})
