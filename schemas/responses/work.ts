import { z } from 'zod'
import { phases } from '../src/cloud-event.ts'
import { countrySchema, instantSchema, requestIdSchema } from '../src/codes.ts'
import type { AlertPage, ProposalPage } from '../src/desk/views.ts'
import { recordKindSchema } from '../src/ledger/record-kinds.ts'
import { alertCodeSchema, alertParametersSchema } from '../src/orders/alerts.ts'
import { deadlineSchema } from '../src/requests/deadlines.ts'
import { refusalCodeSchema } from '../src/requests/refusals.ts'
import { amounts, commandName, type Fits, nextCursor, type Responses, text } from './parts.ts'

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
  alerts: true satisfies Fits<AlertPage, typeof alertPage>,
  proposals: true satisfies Fits<ProposalPage, typeof proposalPage>,
}
