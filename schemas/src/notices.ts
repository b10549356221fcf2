import { z } from 'zod'
import { eventSchema, phases } from './cloud-event.ts'
import { countrySchema, requestIdSchema, textSchema } from './codes.ts'
import { factKinds } from './facts.ts'
import { findingsSchema } from './findings.ts'
import { refusalCodeSchema } from './refusals.ts'

const problemSchema = z.strictObject({ path: z.string(), message: z.string() })

/** What a member's system is told: that its request went on, or that it was refused at the door and why. */
const noticeBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('progress'),
    country: countrySchema,
    requestId: requestIdSchema,
    caseReference: textSchema(1, 35),
    fact: z.enum(factKinds as [(typeof factKinds)[number]]),
    sequence: z.int().min(1),
    phase: z.enum(phases),
    findings: findingsSchema.optional(),
    data: z.unknown().optional(),
  }),
  z.strictObject({
    kind: z.literal('refusedAtDoor'),
    country: countrySchema,
    eventId: z.string().max(200),
    code: refusalCodeSchema,
    message: z.string().max(1000),
    problems: z.array(problemSchema).max(100),
  }),
])
export type NoticeBody = z.output<typeof noticeBodySchema>

export const noticeType = 'holdfast.notice.v1'
export const noticeSchema = eventSchema(noticeType, noticeBodySchema).meta({
  title: 'Notice',
  description: 'A record of freeze.notices.<cc>.',
})
export type Notice = z.output<typeof noticeSchema>
