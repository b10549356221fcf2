import { bicSchema, instantSchema, requestIdSchema } from '@holdfast/schemas'
import { count, type Fits, nextCursor, type Responses, text } from '@holdfast/schemas/json-schemas'
import { z } from 'zod'
import {
  type AnswerKind,
  type AnswerReceipt,
  answerCommands,
  moneySchema,
  orderKindSchema,
  type RequestOrders,
} from '../../src/language/index.ts'

const answerKind = z.enum(Object.keys(answerCommands) as [AnswerKind, ...AnswerKind[]])

const answerReceipt = z.strictObject({
  answers: z.array(z.strictObject({ answerId: text, kind: answerKind, orderId: z.uuid(), requestId: requestIdSchema })).readonly(),
  attention: z
    .array(z.strictObject({ code: text, message: text, requestId: requestIdSchema.optional(), orderId: z.uuid().optional() }))
    .readonly(),
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

export const institutionResponses = {
  'answer-receipt': [answerReceipt, 'Receipt of an answer', 'What POST /v1/answers answers.'],
  'request-orders': [requestOrders, 'Orders of a request', 'What GET /v1/requests/ID/orders answers.'],
  'order-list': [orderList, 'Orders of an institution', 'What GET /v1/orders answers.'],
} as const satisfies Responses

void {
  answerReceipt: true satisfies Fits<AnswerReceipt, typeof answerReceipt>,
  orders: true satisfies Fits<RequestOrders, typeof requestOrders>,
}
