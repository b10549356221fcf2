import {
  accountNumberSchema,
  bicSchema,
  comparable,
  countrySchema,
  dateSchema,
  instantSchema,
  nameSchema,
  paymentTextSchema,
  referenceSchema,
  requestIdSchema,
  textSchema,
} from '@holdfast/schemas'
import { z } from 'zod'
import {
  authorisationSchema,
  cancellationReasonSchema,
  confidentialitySchema,
  ibanSchema,
  leiSchema,
  methodSchema,
  paymentReferenceSchema,
  purposeSchema,
  railSchema,
  typologySchema,
  uetrSchema,
} from '../values/codes.ts'
import { positiveMoneySchema } from '../values/money.ts'

const accountSchema = z.union([z.strictObject({ iban: ibanSchema }), z.strictObject({ other: accountNumberSchema })], {
  error: 'must be { iban } or { other } with at most 34 characters',
})
export type Account = z.output<typeof accountSchema>

const partySchema = z.strictObject({ name: nameSchema(140), account: accountSchema.describe('The account of the party') })

/** The account number in a form that compares equal whatever its notation. */
export const accountNumberOf = (account: Account): string => comparable('iban' in account ? account.iban : account.other)

const paymentSchema = z.strictObject({
  rail: railSchema,
  uetr: uetrSchema.optional(),
  messageId: paymentReferenceSchema.optional(),
  instructionId: paymentReferenceSchema.optional(),
  endToEndId: paymentReferenceSchema.optional(),
  transactionId: paymentReferenceSchema.optional(),
  amount: positiveMoneySchema,
  executedAt: instantSchema,
  settlementDate: dateSchema.optional(),
  debtor: partySchema,
  debtorAgent: z.strictObject({ bic: bicSchema }),
  creditor: partySchema,
  creditorAgent: z.strictObject({ bic: bicSchema, name: nameSchema(140).optional() }),
  // FFKC requires the intermediary bank; ISO 20022 allows three.
  intermediaries: z
    .array(z.strictObject({ bic: bicSchema }))
    .max(3)
    .optional(),
  wallet: z
    .strictObject({
      chain: paymentTextSchema(35),
      address: paymentTextSchema(128),
      txHash: paymentTextSchema(128),
      vasp: nameSchema(140).optional(),
    })
    .optional(),
})

/** The payment that moved money onward. Its debtor is the account of the request. */
export const onwardPaymentSchema = paymentSchema
  .omit({ amount: true, debtor: true, debtorAgent: true })
  .extend({ amount: positiveMoneySchema.optional() })
export type OnwardPayment = z.output<typeof onwardPaymentSchema>

/**
 * Freeze request, version 1: the victim's country asks another country to stop one payment.
 * Objects are strict. The terms are those of ISO 20022, the fields those of FFKC, camt.056 and auth.001, since I-GRIP's own
 * form is not public.
 */
export const freezeRequestSchema = z
  .strictObject({
    caseReference: referenceSchema,
    requestingCountry: countrySchema,
    beneficiaryCountry: countrySchema,
    reportedAt: instantSchema,
    contact: z.strictObject({
      unit: nameSchema(140).describe('The unit that answers questions'),
      name: nameSchema(140).optional().describe('A person of the unit'),
      email: z.email('must be an e-mail address').max(254),
      phone: z.string().regex(/^\+[0-9][0-9 ()-]{4,28}$/, 'must be a telephone number with its country code, such as +6560000001'),
    }),
    offence: z.strictObject({
      typology: typologySchema,
      authorisation: authorisationSchema,
      methods: z.array(methodSchema).max(9).optional(),
      legalBasis: textSchema(1, 350),
      facts: textSchema(20, 4000).describe('The facts of the case, as a text'),
    }),
    attestations: z.strictObject({ dualCriminality: z.boolean(), article3: z.boolean() }),
    handling: z.strictObject({
      purpose: purposeSchema,
      confidentiality: confidentialitySchema,
      discloseToHolder: z.boolean(),
      deniedTo: z.array(countrySchema).max(250).optional(),
    }),
    victim: z.strictObject({
      kind: z.enum(['NATURAL', 'LEGAL']),
      name: nameSchema(140).describe('The name of the victim'),
      country: countrySchema.describe('The country of the victim (ISO 3166-1 alpha-2)'),
      lei: leiSchema.optional(),
    }),
    payment: paymentSchema,
    requestedAmount: positiveMoneySchema.optional().describe('The amount to freeze. Default: the amount of the payment'),
    reason: cancellationReasonSchema.describe('Why the payment is recalled (ISO 20022)'),
    recall: z.strictObject({
      initiated: z.boolean().describe('Whether the debtor’s bank has sent a recall'),
      reference: referenceSchema.optional().describe('The reference of the recall'),
      at: instantSchema.optional().describe('When the recall was sent'),
    }),
    parent: z.strictObject({ requestId: requestIdSchema, hop: z.int().min(1).max(9) }).optional(),
    attachments: z
      .array(
        z.strictObject({
          name: nameSchema(140),
          mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/, 'must be a media type, such as application/pdf'),
          bytes: z.int().min(1).max(26_214_400),
          sha256: z.string().regex(/^[a-f0-9]{64}$/, 'must be a SHA-256 in lower-case hex'),
        }),
      )
      .max(20)
      .optional(),
  })
  .meta({ title: 'Freeze request, version 1', description: 'A request of one country to another to stop one payment.' })

export type FreezeRequest = z.output<typeof freezeRequestSchema>

/** The amount to freeze: the payment, unless the request names less. */
export const requestedMoneyOf = (request: FreezeRequest) => request.requestedAmount ?? request.payment.amount
