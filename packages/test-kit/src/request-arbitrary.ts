import {
  authorisationSchema,
  cancellationReasonSchema,
  confidentialitySchema,
  type FreezeRequest,
  methodSchema,
  purposeSchema,
  railSchema,
  typologySchema,
} from '@holdfast/payment-stop/language'
import fc from 'fast-check'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const alphanumeric = [...letters, ...'0123456789']
const hex = [...'0123456789abcdef']

const word = (units: readonly string[], minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...units), minLength, maxLength })
/** Letters of several scripts, and the characters that JSON has to escape. */
const text = (minLength: number, maxLength: number) =>
  word([...alphanumeric, ' ', '-', 'é', '李', 'ж', 'ñ', '"', '\n', '\\'], minLength, maxLength)
/** A line of one alphabet or another, as names and references are. */
const line = (minLength: number, maxLength: number) =>
  fc.oneof(
    word([...alphanumeric, ' ', '-', 'é', '李', 'ñ', '"', '\\'], minLength, maxLength),
    word([...'жилц0123456789', ' ', '-', '"'], minLength, maxLength),
  )
/** What payment systems take: ASCII, and no space at either end. */
const paymentText = (maxLength: number) =>
  fc.tuple(word(alphanumeric, 1), word([...alphanumeric, ...' -/:.+"\\'], 0, maxLength - 1)).map(parts => parts.join('').trimEnd())

/** Countries that meet each other often enough for every rule to be hit: members, a sub-bureau and codes that are neither. */
const country = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('SG', 'TL', 'GB', 'US', 'HK', 'KP', 'ZZ') },
  { weight: 1, arbitrary: word(letters, 2) },
)
const instant = fc
  .date({ min: new Date('2019-01-01T00:00:00Z'), max: new Date('2030-01-01T00:00:00Z'), noInvalidDate: true })
  .map(date => `${date.toISOString().slice(0, 19)}+08:00`)
const date = instant.map(value => value.slice(0, 10))
const uetr = fc
  .tuple(word(hex, 8), word(hex, 4), word(hex, 3), fc.constantFrom('8', '9', 'a', 'b'), word(hex, 3), word(hex, 12))
  .map(([a, b, c, variant, d, e]) => `${a}-${b}-4${c}-${variant}${d}-${e}`)
const bic = fc.tuple(word(letters, 4), country, word(alphanumeric, 2), fc.constantFrom('', 'XXX', '001')).map(parts => parts.join(''))
const iban = fc.tuple(country, word([...'0123456789'], 2), word(alphanumeric, 1, 30)).map(parts => parts.join(''))
const account = fc.oneof(
  fc.record({ iban: fc.oneof(iban, fc.constantFrom('TL790020123456789012345', 'GB82WEST12345698765432')) }),
  fc.record({ other: paymentText(34) }),
)
const party = fc.record({ name: line(1, 140), account })
const money = fc.record({
  currency: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'XXX'),
  value: fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 13n }), fc.constantFrom('', '.5', '.00', '.125'))
    .map(([whole, fraction]) => `${whole}${fraction}`),
})
const reference = line(1, 35)
const paymentReference = paymentText(35)

/** Any freeze request that has the shape of the schema, whatever the rules say of it. */
export const requestArbitrary: fc.Arbitrary<FreezeRequest> = fc.record(
  {
    caseReference: reference,
    requestingCountry: country,
    beneficiaryCountry: country,
    reportedAt: instant,
    contact: fc.record(
      { unit: line(1, 140), name: line(1, 140), email: fc.constant('desk@police.example.sg'), phone: fc.constant('+65 6555-0100') },
      { requiredKeys: ['unit', 'email', 'phone'] },
    ),
    offence: fc.record(
      {
        typology: fc.constantFrom(...typologySchema.options),
        authorisation: fc.constantFrom(...authorisationSchema.options),
        methods: fc.array(fc.constantFrom(...methodSchema.options), { maxLength: 9 }),
        legalBasis: text(1, 350),
        facts: text(20, 400),
      },
      { requiredKeys: ['typology', 'authorisation', 'legalBasis', 'facts'] },
    ),
    attestations: fc.record({ dualCriminality: fc.boolean(), article3: fc.boolean() }),
    handling: fc.record(
      {
        purpose: fc.constantFrom(...purposeSchema.options),
        confidentiality: fc.constantFrom(...confidentialitySchema.options),
        discloseToHolder: fc.boolean(),
        deniedTo: fc.array(country, { maxLength: 5 }),
      },
      { requiredKeys: ['purpose', 'confidentiality', 'discloseToHolder'] },
    ),
    victim: fc.record(
      { kind: fc.constantFrom('NATURAL', 'LEGAL'), name: line(1, 140), country, lei: fc.constant('529900T8BM49AURSDO55') },
      { requiredKeys: ['kind', 'name', 'country'] },
    ),
    payment: fc.record(
      {
        rail: fc.constantFrom(...railSchema.options),
        uetr,
        messageId: paymentReference,
        instructionId: paymentReference,
        endToEndId: fc.oneof(paymentReference, fc.constant('NOTPROVIDED')),
        transactionId: paymentReference,
        amount: money,
        executedAt: instant,
        settlementDate: date,
        debtor: party,
        debtorAgent: fc.record({ bic }),
        creditor: party,
        creditorAgent: fc.record({ bic, name: line(1, 140) }, { requiredKeys: ['bic'] }),
        intermediaries: fc.array(fc.record({ bic }), { maxLength: 3 }),
        wallet: fc.record(
          { chain: paymentText(35), address: paymentText(128), txHash: paymentText(128), vasp: line(1, 140) },
          { requiredKeys: ['chain', 'address', 'txHash'] },
        ),
      },
      { requiredKeys: ['rail', 'amount', 'executedAt', 'debtor', 'debtorAgent', 'creditor', 'creditorAgent'] },
    ),
    requestedAmount: money,
    reason: fc.constantFrom(...cancellationReasonSchema.options),
    recall: fc.record({ initiated: fc.boolean(), reference, at: instant }, { requiredKeys: ['initiated'] }),
    parent: fc.record({ requestId: fc.uuid(), hop: fc.integer({ min: 1, max: 9 }) }),
    attachments: fc.array(
      fc.record({
        name: line(1, 140),
        mediaType: fc.constantFrom('application/pdf', 'image/png'),
        bytes: fc.integer({ min: 1, max: 26_214_400 }),
        sha256: word(hex, 64),
      }),
      { maxLength: 3 },
    ),
  },
  {
    requiredKeys: [
      'caseReference',
      'requestingCountry',
      'beneficiaryCountry',
      'reportedAt',
      'contact',
      'offence',
      'attestations',
      'handling',
      'victim',
      'payment',
      'reason',
      'recall',
    ],
  },
)
