import { type Problem, parseWith, type Result } from '@holdfast/schemas'
import { z } from 'zod'
import type { Codec } from './codec/codec.ts'
import { type CancellationRequest, cancellationRequest } from './messages/cancellation-request.ts'
import { type CustomerCreditTransfer, customerCreditTransfer } from './messages/credit-transfer.ts'
import { type BusinessHeader, businessHeader } from './messages/header.ts'
import { type PaymentReturn, paymentReturn } from './messages/payment-return.ts'
import { type ResolutionOfInvestigation, resolutionOfInvestigation } from './messages/resolution.ts'
import { type PaymentStatusRequest, paymentStatusRequest } from './messages/status-request.ts'

interface Bodies {
  cancellationRequest: CancellationRequest
  resolutionOfInvestigation: ResolutionOfInvestigation
  paymentReturn: PaymentReturn
  paymentStatusRequest: PaymentStatusRequest
  customerCreditTransfer: CustomerCreditTransfer
}
export type MessageKind = keyof Bodies

interface Definition<K extends MessageKind> {
  /** The message without its version. */
  readonly family: string
  /** The element in `Document`. */
  readonly root: string
  /** The oldest version that is read. Later ones are, too, as far as they say what this one does. */
  readonly oldest: number
  /** The versions that are written. */
  readonly written: readonly string[]
  readonly body: Codec<Bodies[K]>
}

export const definitions: { readonly [K in MessageKind]: Definition<K> } = {
  cancellationRequest: {
    family: 'camt.056',
    root: 'FIToFIPmtCxlReq',
    oldest: 8,
    written: ['camt.056.001.08'],
    body: cancellationRequest,
  },
  resolutionOfInvestigation: {
    family: 'camt.029',
    root: 'RsltnOfInvstgtn',
    oldest: 9,
    written: ['camt.029.001.09'],
    body: resolutionOfInvestigation,
  },
  paymentReturn: {
    family: 'pacs.004',
    root: 'PmtRtr',
    oldest: 9,
    written: ['pacs.004.001.09', 'pacs.004.001.10'],
    body: paymentReturn,
  },
  paymentStatusRequest: {
    family: 'pacs.028',
    root: 'FIToFIPmtStsReq',
    oldest: 3,
    written: ['pacs.028.001.03'],
    body: paymentStatusRequest,
  },
  customerCreditTransfer: {
    family: 'pacs.008',
    root: 'FIToFICstmrCdtTrf',
    oldest: 8,
    written: ['pacs.008.001.08'],
    body: customerCreditTransfer,
  },
}
export const messageKinds = Object.keys(definitions) as MessageKind[]

/** A message with its business header, where it has one. */
export type IsoMessage<K extends MessageKind = MessageKind> = {
  [P in K]: {
    readonly kind: P
    /** With its version, such as `camt.056.001.08`. */
    readonly name: string
    readonly header?: BusinessHeader & { readonly name: string }
    readonly body: Bodies[P]
  }
}[K]

const headerSchema = (businessHeader.schema as unknown as z.ZodObject).extend({
  name: z.string().regex(/^head\.001\.001\.\d\d$/, 'must be a version of head.001, such as head.001.001.02'),
})

const messageSchemas = messageKinds.map(kind => {
  const { family, body } = definitions[kind]
  return z.strictObject({
    kind: z.literal(kind),
    name: z
      .string()
      .regex(new RegExp(`^${family.replace('.', '\\.')}\\.001\\.\\d\\d$`), `must be a version of ${family}, such as ${family}.001.08`),
    header: headerSchema.optional(),
    body: body.schema,
  })
})

const messageSchema = z.discriminatedUnion(
  'kind',
  messageSchemas as unknown as [(typeof messageSchemas)[0]],
  `"kind" must be one of ${messageKinds.join(', ')}`,
) as unknown as z.ZodType<IsoMessage>

/** A message that was made in JSON, or everything that is wrong with it, each at a JSON Pointer. */
export const readMessage = (value: unknown): Result<IsoMessage, Problem[]> => parseWith(messageSchema, value)
