import { type AlertPage, countrySchema, instantSchema, type ProposalPage, refusalCodeSchema, requestIdSchema } from '@holdfast/schemas'
import { type Fits, nextCursor, type Responses, text } from '@holdfast/schemas/json-schemas'
import { z } from 'zod'
import type { PaymentStopTypes } from '../../src/language/index.ts'
import { alertCodeSchema, alertParametersSchema, deadlineSchema, phases, recordKindSchema } from '../../src/language/index.ts'
import { amounts, commandName } from './parts.ts'

const alertPage = z.strictObject({
  alerts: z
    .array(
      z.strictObject({
        requestId: requestIdSchema,
        caseReference: text,
        requestingCountry: countrySchema,
        beneficiaryCountry: countrySchema,
        fact: recordKindSchema,
        sequence: z.int().min(1),
        phase: z.enum(phases),
        time: instantSchema,
        code: alertCodeSchema.optional(),
        message: text,
        parameters: alertParametersSchema.optional(),
        acknowledged: z.strictObject({ by: text, at: instantSchema }).optional(),
      }),
    )
    .readonly(),
  nextCursor: text,
})

const proposalPage = z.strictObject({
  proposals: z
    .array(
      z.strictObject({
        requestId: requestIdSchema,
        caseReference: text,
        requestingCountry: countrySchema,
        beneficiaryCountry: countrySchema,
        amounts,
        command: commandName,
        sequence: z.int().min(1),
        proposedBy: text,
        at: instantSchema,
        data: z.unknown(),
        nextDeadline: deadlineSchema.optional(),
        maySecond: z.boolean(),
        whyNot: z.strictObject({ code: refusalCodeSchema, message: text }).optional(),
      }),
    )
    .readonly(),
  nextCursor,
})

export const workResponses = {
  'alert-page': [alertPage, 'Alerts', 'What GET /v1/alerts answers.'],
  'proposal-page': [proposalPage, 'Proposals', 'What GET /v1/proposals answers.'],
} as const satisfies Responses

void {
  alerts: true satisfies Fits<AlertPage<PaymentStopTypes>, typeof alertPage>,
  proposals: true satisfies Fits<ProposalPage<PaymentStopTypes>, typeof proposalPage>,
}
