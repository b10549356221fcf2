import { commandEventSchema, unionByType } from '../cloud-event.ts'
import { type Encryptable, storedDataSchema } from '../encrypted/encrypted-data.ts'
import { signaturePointers, unsignedDigestName } from '../encrypted/signed.ts'
import { withoutPersonalData } from '../encrypted/without-personal-data.ts'
import { destinationIdOf, deterministicId } from '../ids.ts'
import { type Problem, parseStored } from '../problems.ts'
import type { Result } from '../result.ts'
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
export const personalDataPointers = Object.fromEntries(
  commandKinds.map(kind => [kind, signableCommands.has(kind) ? [...placesOfBodies[kind], ...signaturePointers] : placesOfBodies[kind]]),
) as unknown as typeof placesOfBodies

const buildSealedSchema = (kind: CommandKind) =>
  commandEventSchema(
    commandType(kind),
    withoutPersonalData(storedBodyOf(kind), personalDataPointers[kind]).extend({ sealed: storedDataSchema }),
  )

const buildSealedCommands = () => unionByType(commandKinds.filter(kind => personalDataPointers[kind].length > 0).map(buildSealedSchema))

let sealedCommandSchema: ReturnType<typeof buildSealedCommands> | undefined
/** A command whose words are in a block. Made when it is asked for: a service starts without it. */
export function encryptedCommands() {
  sealedCommandSchema ??= buildSealedCommands()
  return sealedCommandSchema
}

/** A command as it lies in `freeze.commands`: with its words, or with the block that has them. */
export function parseStoredCommand(value: unknown): Result<Command, Problem[]> {
  const { data } = (value ?? {}) as { data?: unknown }
  const isSealed = typeof data === 'object' && data !== null && 'sealed' in data
  return parseStored(isSealed ? encryptedCommands() : commandSchema, value) as Result<Command, Problem[]>
}

/** What marks are of: the place of an account (V26), a payment (V12), a legal basis (V26), and what two persons say (V17). */
export const blindIndexNames = { place: 'place', payment: 'payment', law: 'law', said: unsignedDigestName } as const

const placeOfMark = (mark: string): string => deterministicId('place', mark)

const markedPlace = ({ sealed }: Encryptable): string | undefined => {
  const mark = sealed?.marks?.[blindIndexNames.place]
  return mark === undefined ? undefined : placeOfMark(mark)
}

/** The place of the account that a document is about (V26): where the document is sealed, as its mark has it. Throws where the words are gone and there is no mark of them. */
export const destinationIn = (request: FreezeRequest, data: Encryptable): string =>
  markedPlace(data) ?? destinationIdOf(request.beneficiaryCountry, accountNumberOf(request.payment.creditor.account))

/** The place that money moved on to, as the report of it says; undefined where it says none. */
export const onwardDestinationIn = (
  data: Encryptable & { readonly country: string; readonly onward?: OnwardPayment | undefined },
): string | undefined => data.onward && (markedPlace(data) ?? destinationIdOf(data.country, accountNumberOf(data.onward.creditor.account)))

/** The mark of the payment that a document is about, where the document is sealed. */
export const paymentIndexIn = ({ sealed }: Encryptable): string | undefined => sealed?.marks?.[blindIndexNames.payment]

/** The mark of the legal basis of a document, where that is sealed. */
export const legalBasisIndexIn = ({ sealed }: Encryptable): string | undefined => sealed?.marks?.[blindIndexNames.law]

/** By what sealed words are compared: `destinationIdOf` an account, `paymentKeyOf` a document and its legal basis, each by its mark's name. */
export function comparedBy(data: {
  readonly request?: FreezeRequest | undefined
  readonly country?: string | undefined
  readonly onward?: OnwardPayment | undefined
}): Readonly<Record<string, string>> {
  const { request } = data
  if (request)
    return {
      [blindIndexNames.place]: destinationIn(request, {}),
      [blindIndexNames.payment]: paymentKeyOf(request),
      [blindIndexNames.law]: request.offence.legalBasis,
    }
  if (data.onward && data.country)
    return { [blindIndexNames.place]: destinationIdOf(data.country, accountNumberOf(data.onward.creditor.account)) }
  return {}
}
