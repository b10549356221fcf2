import { commandEventSchema, unionByType } from '../cloud-event.ts'
import { deterministicId, placeIdOf } from '../ids.ts'
import { type Problem, parseKept } from '../problems.ts'
import type { Result } from '../result.ts'
import { type Sealable, storedBlockSchema } from '../sealed/sealed-block.ts'
import { placesOfSigned, saidMark } from '../sealed/signed.ts'
import { withoutWords } from '../sealed/without-words.ts'
import { type Command, type CommandKind, commandKinds, commandSchema, commandType, signableCommands, storedBodyOf } from './commands.ts'
import { accountNumberOf, type FreezeRequest, type OnwardPayment } from './freeze-request.ts'
import { paymentKeyOf } from './payment-key.ts'

const withinPayment = ['uetr', 'messageId', 'instructionId', 'endToEndId', 'transactionId', 'creditor', 'creditorAgent/name', 'wallet']
/** Who somebody is, how to reach him, what accounts he has, all that a person wrote freely, and by what the payment can be found. */
const withinDocument = [
  'contact',
  'offence/legalBasis',
  'offence/facts',
  'victim/name',
  'victim/lei',
  'payment/debtor',
  ...withinPayment.map(name => `payment/${name}`),
  'recall/reference',
  'attachments',
]
const ofDocument = withinDocument.map(place => `/request/${place}`)
const ofOnward = withinPayment.map(name => `/onward/${name}`)

const placesOfBodies: Readonly<Record<CommandKind, readonly string[]>> = {
  OpenRequest: ofDocument,
  PassAssessment: [],
  SendToReview: [],
  AskInformation: ['/question'],
  Reject: ['/text'],
  MarkDuplicate: [],
  ProposeVerification: ['/note'],
  ApproveVerification: ['/note'],
  ProvideInformation: [...ofDocument, '/note'],
  AcknowledgeOrder: ['/reference'],
  ReportFreeze: ['/reference'],
  ReportNoFunds: ['/note'],
  ReportNotFound: ['/note'],
  ReportMovedOnward: [...ofOnward, '/reference', '/note'],
  FollowOnward: ['/note'],
  DeclineOnward: ['/reason'],
  ReportInterim: ['/reference', '/note'],
  CorrectAnswer: ['/reason'],
  ConfirmFreeze: ['/authority', '/reference'],
  ExtendFreeze: ['/authority', '/reference'],
  InitiateReturn: ['/reference'],
  ReportReturn: ['/reference'],
  Withdraw: ['/reason'],
  Release: ['/authority', '/reference', '/note'],
  CloseUnrecovered: ['/authority', '/reference', '/note'],
  Reopen: [...ofDocument, '/reason'],
  ShareRequest: ['/purpose'],
  WithdrawShare: ['/reason'],
  ReportUndelivered: [],
  // Who ordered an erasure has to be readable after it, as the proof of why.
  OrderErasure: [],
  RecordDestruction: [],
  ConfirmDestruction: [],
  DeadlinePassed: [],
}

/**
 * Where personal data and free text stand in what a command carries, as JSON pointers (ADR 57). The rest is codes, countries, amounts, instants and BICs, by which the engine decides, and the case reference. `free-texts.test.ts` finds each free
 * text that is missing here, and names the exceptions.
 */
export const placesOfWords = Object.fromEntries(
  commandKinds.map(kind => [kind, signableCommands.has(kind) ? [...placesOfBodies[kind], ...placesOfSigned] : placesOfBodies[kind]]),
) as unknown as typeof placesOfBodies

const buildSealedSchema = (kind: CommandKind) =>
  commandEventSchema(commandType(kind), withoutWords(storedBodyOf(kind), placesOfWords[kind]).extend({ sealed: storedBlockSchema }))

const buildSealedCommands = () => unionByType(commandKinds.filter(kind => placesOfWords[kind].length > 0).map(buildSealedSchema))

let sealedCommandSchema: ReturnType<typeof buildSealedCommands> | undefined
/** A command whose words are in a block. Made when it is asked for: a service starts without it. */
export function sealedCommands() {
  sealedCommandSchema ??= buildSealedCommands()
  return sealedCommandSchema
}

/** A command as it lies in `freeze.commands`: with its words, or with the block that has them. */
export function parseStoredCommand(value: unknown): Result<Command, Problem[]> {
  const { data } = (value ?? {}) as { data?: unknown }
  const isSealed = typeof data === 'object' && data !== null && 'sealed' in data
  return parseKept(isSealed ? sealedCommands() : commandSchema, value) as Result<Command, Problem[]>
}

/** What marks are of: the place of an account (V26), a payment (V12), a legal basis (V26), and what two persons say (V17). */
export const markNames = { place: 'place', payment: 'payment', law: 'law', said: saidMark } as const

const placeOfMark = (mark: string): string => deterministicId('place', mark)

const markedPlace = ({ sealed }: Sealable): string | undefined => {
  const mark = sealed?.marks?.[markNames.place]
  return mark === undefined ? undefined : placeOfMark(mark)
}

/** The place of the account that a document is about (V26): where the document is sealed, as its mark has it. Throws where the words are gone and there is no mark of them. */
export const placeIn = (request: FreezeRequest, data: Sealable): string =>
  markedPlace(data) ?? placeIdOf(request.beneficiaryCountry, accountNumberOf(request.payment.creditor.account))

/** The place that money moved on to, as the report of it says; undefined where it says none. */
export const onwardPlaceIn = (
  data: Sealable & { readonly country: string; readonly onward?: OnwardPayment | undefined },
): string | undefined => data.onward && (markedPlace(data) ?? placeIdOf(data.country, accountNumberOf(data.onward.creditor.account)))

/** The mark of the payment that a document is about, where the document is sealed. */
export const paymentMarkIn = ({ sealed }: Sealable): string | undefined => sealed?.marks?.[markNames.payment]

/** The mark of the legal basis of a document, where that is sealed. */
export const lawMarkIn = ({ sealed }: Sealable): string | undefined => sealed?.marks?.[markNames.law]

/** By what sealed words are compared: `placeIdOf` an account, `paymentKeyOf` a document and its legal basis, each by its mark's name. */
export function comparedBy(data: {
  readonly request?: FreezeRequest | undefined
  readonly country?: string | undefined
  readonly onward?: OnwardPayment | undefined
}): Readonly<Record<string, string>> {
  const { request } = data
  if (request)
    return {
      [markNames.place]: placeIn(request, {}),
      [markNames.payment]: paymentKeyOf(request),
      [markNames.law]: request.offence.legalBasis,
    }
  if (data.onward && data.country) return { [markNames.place]: placeIdOf(data.country, accountNumberOf(data.onward.creditor.account)) }
  return {}
}
