import {
  type CaseView,
  countrySchema,
  instantSchema,
  type RequestCounts,
  requestIdSchema,
  sharedUnitSchema,
  shareExtents,
} from '@holdfast/schemas'
import { count, type Fits, nextCursor, type Responses, text } from '@holdfast/schemas/json-schemas'
import { z } from 'zod'
import type { PaymentStopTypes, PaymentStopView } from '../../src/language/index.ts'
import { deadlineSchema, moneySchema, outcomeSchema, phases, type Receipt, refusedStopCommandSchema } from '../../src/language/index.ts'
import { amounts } from './parts.ts'

const receipt = z.strictObject({
  requestId: requestIdSchema,
  caseReference: text,
  requestingCountry: countrySchema,
  beneficiaryCountry: countrySchema,
  phase: z.literal('received'),
  receivedAt: instantSchema,
})

const movedOnward = z.strictObject({
  country: countrySchema,
  amount: moneySchema,
  childRequestId: requestIdSchema.optional(),
  childless: text.optional(),
  report: count.optional(),
  declined: z.literal(true).optional(),
})

export const requestView = z.strictObject({
  requestId: requestIdSchema,
  caseReference: text,
  requestingCountry: countrySchema,
  beneficiaryCountry: countrySchema,
  states: z.array(text).readonly(),
  phase: z.enum(phases),
  sequence: z.int().min(1),
  openedAt: instantSchema,
  updatedAt: instantSchema,
  amounts,
  deadlines: z.array(deadlineSchema).readonly(),
  revision: z.int().min(1),
  parent: z.strictObject({ requestId: requestIdSchema, hop: z.int().min(0) }).optional(),
  movedOnward: z.array(movedOnward).readonly(),
  proposals: z.array(z.strictObject({ command: text, proposedBy: text, sequence: z.int().min(1) })).readonly(),
  shortfallReason: text.optional(),
  outcome: outcomeSchema.optional(),
  rejection: z.strictObject({ code: text }).optional(),
  standingRequestId: requestIdSchema.optional(),
  keptFromAddressee: z.literal(true).optional(),
  sharedWith: z
    .array(
      z.strictObject({
        share: z.int().min(1),
        with: sharedUnitSchema,
        extent: z.enum(shareExtents),
        sharedBy: text,
        sharedAt: instantSchema,
        of: requestIdSchema.optional(),
      }),
    )
    .readonly()
    .optional(),
})

/** Facts have schemas of their own: `fact`, and `erased-fact` after the keys were destroyed. */
const facts = z.array(z.looseObject({ id: text, type: text, subject: requestIdSchema, sequence: z.int().min(1) }))

const refusedCommands = z.array(z.looseObject({ id: text, type: refusedStopCommandSchema.shape.type, subject: requestIdSchema }))

const historyPage = z.strictObject({ history: facts, nextCursor })

const shownRequest = z.strictObject({
  request: requestView,
  history: facts,
  nextCursor,
  children: z
    .array(
      z.strictObject({
        requestId: requestIdSchema.optional(),
        country: countrySchema,
        amount: moneySchema.optional(),
        phase: z.enum(phases).optional(),
        states: z.array(text).readonly().optional(),
        amounts: amounts.optional(),
        childless: text.optional(),
        report: count.optional(),
        declined: z.literal(true).optional(),
      }),
    )
    .readonly(),
  refusals: refusedCommands,
})

const requestList = z.strictObject({ requests: z.array(requestView).readonly(), nextCursor })

const requestCounts = z.strictObject({
  byPhase: z.record(z.enum(phases), count),
  deadlines: z.strictObject({ passed: count, within4h: count, within24h: count }),
  proposals: count,
  shownUntil: instantSchema.optional(),
  asOf: instantSchema,
})

const caseView = z.strictObject({
  requestingCountry: countrySchema,
  caseReference: text,
  requests: z.array(requestView).readonly(),
  sums: z.array(amounts.required()).readonly().optional(),
})

export const requestResponses = {
  receipt: [receipt, 'Receipt', 'The response of POST /v1/requests, and by Kafka a part of the notification `received`.'],
  outcome: [outcomeSchema, 'Outcome of a request', 'The result of a request that has ended.'],
  'request-view': [requestView, 'Current request', 'A request after its newest fact.'],
  'request-list': [requestList, 'Requests', 'What GET /v1/requests answers.'],
  'shown-request': [shownRequest, 'Request with its history', 'What GET /v1/requests/ID answers.'],
  'history-page': [historyPage, 'Page of a history', 'What GET /v1/requests/ID/history answers.'],
  'request-counts': [requestCounts, 'Counts of requests', 'What GET /v1/requests/counts answers.'],
  'case-view': [caseView, 'Case', 'What GET /v1/cases/COUNTRY/REFERENCE answers.'],
} as const satisfies Responses

void {
  receipt: true satisfies Fits<Receipt, typeof receipt>,
  requestView: true satisfies Fits<PaymentStopView, typeof requestView>,
  counts: true satisfies Fits<RequestCounts<PaymentStopTypes>, typeof requestCounts>,
  case: true satisfies Fits<CaseView<PaymentStopTypes>, typeof caseView>,
}
