import { z } from 'zod'
import { phases } from './src/cloud-event.ts'
import { bicSchema, countrySchema, instantSchema, orderKindSchema, requestIdSchema } from './src/codes.ts'
import type {
  ActionList,
  AlertPage,
  CaseView,
  CommandOutcome,
  CountryView,
  ProposalPage,
  RequestCounts,
  RequestView,
} from './src/desk/views.ts'
import type { CheckpointList, CheckpointProof } from './src/ledger/checkpoints.ts'
import { recordKindSchema } from './src/ledger/ledger-records.ts'
import { refusedCommandSchema } from './src/ledger/refused-commands.ts'
import { moneySchema } from './src/money.ts'
import { alertCodeSchema, alertParametersSchema } from './src/orders/alerts.ts'
import { type AnswerKind, type AnswerReceipt, answerCommands } from './src/orders/answers.ts'
import type { RequestOrders } from './src/orders/order-views.ts'
import type { EngineKeys } from './src/orders/orders.ts'
import { problemCodeNames } from './src/problem-codes.ts'
import { type CommandKind, commandKinds } from './src/requests/commands.ts'
import { deadlineSchema } from './src/requests/deadlines.ts'
import { outcomeSchema } from './src/requests/outcomes.ts'
import { refusalCodeSchema } from './src/requests/refusals.ts'
import type { Receipt } from './src/requests/requests.ts'
import { sharedUnitSchema, shareExtents } from './src/requests/sharing.ts'

// What HTTP answers, for its readers. The engine does not check its own answers by these, so they are no part of what it loads; that each says what the engine's types say is checked below.

const text = z.string()
const count = z.int().min(0)
const nextCursor = text.optional()
const commandName = z.enum(commandKinds as [CommandKind, ...CommandKind[]])
const answerKind = z.enum(Object.keys(answerCommands) as [AnswerKind, ...AnswerKind[]])

const receipt = z.strictObject({
  requestId: requestIdSchema,
  caseReference: text,
  requestingCountry: countrySchema,
  beneficiaryCountry: countrySchema,
  phase: z.literal('received'),
  receivedAt: instantSchema,
})

const answerReceipt = z.strictObject({
  answers: z.array(z.strictObject({ answerId: text, kind: answerKind, orderId: z.uuid(), requestId: requestIdSchema })).readonly(),
  attention: z
    .array(z.strictObject({ code: text, message: text, requestId: requestIdSchema.optional(), orderId: z.uuid().optional() }))
    .readonly(),
})

const problemDetails = z.strictObject({
  type: text,
  title: text,
  status: z.int().min(400).max(599),
  detail: text,
  instance: text.optional(),
  code: refusalCodeSchema,
  problems: z.array(z.strictObject({ code: z.enum(problemCodeNames), path: text, message: text })).optional(),
})

const amounts = z.strictObject({
  requested: moneySchema.optional(),
  frozen: moneySchema.optional(),
  recovered: moneySchema.optional(),
  charges: moneySchema.optional(),
  movedOnward: moneySchema.optional(),
  released: moneySchema.optional(),
})

const movedOnward = z.strictObject({
  country: countrySchema,
  amount: moneySchema,
  childRequestId: requestIdSchema.optional(),
  childless: text.optional(),
  report: count.optional(),
  declined: z.literal(true).optional(),
})

const requestView = z.strictObject({
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

/** Facts have a schema of their own: `fact`, and `erased-fact` where nobody can read its words any more. */
const facts = z.array(z.looseObject({ id: text, type: text, subject: requestIdSchema, sequence: z.int().min(1) }))
const refusedCommands = z.array(z.looseObject({ id: text, type: refusedCommandSchema.shape.type, subject: requestIdSchema }))

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

const commandOutcome = z.strictObject({
  commandId: text,
  outcome: z.enum(['applied', 'proposed', 'pending']),
  view: requestView.optional(),
})

const actionList = z.strictObject({
  sequence: z.int().min(1),
  actions: z
    .array(
      z.discriminatedUnion('may', [
        z.strictObject({
          command: commandName,
          schema: text,
          may: z.literal(true),
          joint: z.boolean(),
          second: z.strictObject({ sequence: z.int().min(1), proposedBy: text, at: instantSchema, data: z.unknown() }).optional(),
        }),
        z.strictObject({ command: commandName, schema: text, may: z.literal(false), code: refusalCodeSchema, message: text }),
      ]),
    )
    .readonly(),
})

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

const institution = z.strictObject({ bic: bicSchema, name: text.optional() })
const order = { orderId: z.uuid(), kind: orderKindSchema, amount: moneySchema, institution, at: instantSchema }

const requestOrders = z.strictObject({
  orders: z
    .array(
      z.strictObject({
        ...order,
        cause: text,
        deliveries: z
          .array(
            z.strictObject({
              kind: z.enum(['planned', 'delivered', 'escalated']),
              at: instantSchema,
              recipient: text.optional(),
              attempts: count.optional(),
              channel: z.enum(['webhook', 'file', 'topic']).optional(),
              why: text.optional(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
  messages: z
    .array(
      z.strictObject({
        id: text,
        at: instantSchema,
        messageDefinition: text,
        messageIdentification: text,
        parts: z.array(z.strictObject({ orderId: z.uuid(), kind: answerKind.optional(), commandId: text.optional() })).readonly(),
      }),
    )
    .readonly(),
  behind: z.literal(true).optional(),
})

const orderList = z.strictObject({
  orders: z.array(z.looseObject({ ...order, requestId: requestIdSchema })).readonly(),
  nextCursor,
  behind: z.literal(true).optional(),
})

const countryView = z.strictObject({
  country: countrySchema,
  name: text.optional(),
  regions: z.array(text).readonly(),
  timeZone: text,
  weekend: z.array(z.int().min(1).max(7)).readonly(),
  holidays: z.array(z.strictObject({ date: text, name: text, from: z.literal('profileFile').optional() })).readonly(),
  source: text,
  sources: z
    .array(z.enum(['timeZoneOfCapital', 'publicHolidays', 'noPublicHolidays', 'profileFile']))
    .readonly()
    .optional(),
})

const engineKeys = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: text,
        kid: text,
        alg: z.literal('Ed25519'),
        use: z.literal('sig'),
      }),
    )
    .readonly(),
})

const checkpointList = z.strictObject({
  key: text,
  trees: z.array(z.strictObject({ origin: text, size: count, checkpoint: text })).readonly(),
})
const checkpointProof = z.strictObject({ from: count, proof: z.array(text).readonly(), checkpoint: text })

/** What `GET` and `POST` answer, by the names of their schemas. */
export const answerSchemas = {
  receipt: [receipt, 'Receipt', 'What POST /v1/requests answers, and by Kafka a part of the notice `received`.'],
  'answer-receipt': [answerReceipt, 'Receipt of an answer', 'What POST /v1/answers answers.'],
  problem: [problemDetails, 'Problem', 'Every refusal and error by HTTP (RFC 9457).'],
  'command-outcome': [commandOutcome, 'Outcome of a command', 'What POST /v1/requests/ID/commands answers.'],
  outcome: [outcomeSchema, 'Outcome of a request', 'What became of a request that has ended.'],
  'request-view': [requestView, 'Request as it stands', 'A request as its newest fact leaves it.'],
  'request-list': [requestList, 'Requests', 'What GET /v1/requests answers.'],
  'shown-request': [shownRequest, 'Request with its history', 'What GET /v1/requests/ID answers.'],
  'history-page': [historyPage, 'Page of a history', 'What GET /v1/requests/ID/history answers.'],
  'request-counts': [requestCounts, 'Counts of requests', 'What GET /v1/requests/counts answers.'],
  'request-orders': [requestOrders, 'Orders of a request', 'What GET /v1/requests/ID/orders answers.'],
  'case-view': [caseView, 'Case', 'What GET /v1/cases/COUNTRY/REFERENCE answers.'],
  'action-list': [actionList, 'Actions', 'What GET /v1/requests/ID/actions answers.'],
  'alert-page': [alertPage, 'Alerts', 'What GET /v1/alerts answers.'],
  'proposal-page': [proposalPage, 'Proposals', 'What GET /v1/proposals answers.'],
  'order-list': [orderList, 'Orders of an institution', 'What GET /v1/orders answers.'],
  'country-view': [countryView, 'Country', 'What GET /v1/countries/CC answers.'],
  'engine-keys': [engineKeys, 'Keys of the engine', 'What GET /v1/engine-keys answers: a JWK set.'],
  'checkpoint-list': [checkpointList, 'Checkpoints', 'What GET /v1/checkpoints answers.'],
  'checkpoint-proof': [checkpointProof, 'Consistency proof', 'What GET /v1/checkpoints/proof answers.'],
} as const satisfies Record<string, readonly [schema: z.ZodType, title: string, description: string]>

/** Compiles where each value of the engine's type fits the schema. */
type Fits<Answer, Schema extends z.ZodType> = Answer extends z.input<Schema> ? true : never
void {
  receipt: true satisfies Fits<Receipt, typeof receipt>,
  answerReceipt: true satisfies Fits<AnswerReceipt, typeof answerReceipt>,
  requestView: true satisfies Fits<RequestView, typeof requestView>,
  counts: true satisfies Fits<RequestCounts, typeof requestCounts>,
  outcome: true satisfies Fits<CommandOutcome, typeof commandOutcome>,
  case: true satisfies Fits<CaseView, typeof caseView>,
  actions: true satisfies Fits<ActionList, typeof actionList>,
  alerts: true satisfies Fits<AlertPage, typeof alertPage>,
  proposals: true satisfies Fits<ProposalPage, typeof proposalPage>,
  orders: true satisfies Fits<RequestOrders, typeof requestOrders>,
  country: true satisfies Fits<CountryView, typeof countryView>,
  keys: true satisfies Fits<EngineKeys, typeof engineKeys>,
  checkpoints: true satisfies Fits<CheckpointList, typeof checkpointList>,
  proof: true satisfies Fits<CheckpointProof, typeof checkpointProof>,
}
