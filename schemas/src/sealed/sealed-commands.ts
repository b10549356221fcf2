import { commandEventSchema, unionByType } from '../cloud-event.ts'
import { deterministicId, placeIdOf } from '../ids.ts'
import { type Problem, parseKept } from '../problems.ts'
import {
  type Command,
  type CommandKind,
  commandKinds,
  commandSchema,
  commandType,
  signableCommands,
  storedBodyOf,
} from '../requests/commands.ts'
import { accountNumberOf, type FreezeRequest, type OnwardPayment } from '../requests/freeze-request.ts'
import { paymentKeyOf } from '../requests/payment-key.ts'
import type { Result } from '../result.ts'
import { type Sealable, storedBlockSchema } from './sealed-block.ts'
import { placesOfSigned, saidMark } from './signed.ts'
import { withoutWords } from './without-words.ts'

const withinPayment = ['uetr', 'messageId', 'instructionId', 'endToEndId', 'transactionId', 'creditor', 'wallet']
/** Who somebody is, how to reach him, what accounts he has, what was written of him, and by what his payment can be found. */
const withinDocument = [
  'contact',
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
  ConfirmFreeze: ['/reference'],
  ExtendFreeze: ['/reference'],
  InitiateReturn: ['/reference'],
  ReportReturn: ['/reference'],
  Withdraw: ['/reason'],
  Release: ['/reference', '/note'],
  CloseUnrecovered: ['/reference', '/note'],
  Reopen: [...ofDocument, '/reason'],
  ShareRequest: ['/purpose'],
  WithdrawShare: ['/reason'],
  ReportUndelivered: [],
  OrderErasure: [],
  RecordDestruction: [],
  ConfirmDestruction: [],
  DeadlinePassed: [],
}

/**
 * Where the words of persons stand in what a command carries, as JSON pointers (ADR 57). What is left is codes, countries, amounts, instants, offices, laws and courts, and references of cases, by which the engine decides. What the engine says
 * itself is not sealed: its findings name no person and no account.
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

/** What marks are of: the place of an account (V26), a payment (V12), and what two persons say (V17) where one of them has signed it. */
export const markNames = { place: 'place', payment: 'payment', said: saidMark } as const

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

/** By what sealed words are compared: `placeIdOf` an account, `paymentKeyOf` a document, each by its mark's name. */
export function comparedBy(data: {
  readonly request?: FreezeRequest | undefined
  readonly country?: string | undefined
  readonly onward?: OnwardPayment | undefined
}): Readonly<Record<string, string>> {
  if (data.request) return { [markNames.place]: placeIn(data.request, {}), [markNames.payment]: paymentKeyOf(data.request) }
  if (data.onward && data.country) return { [markNames.place]: placeIdOf(data.country, accountNumberOf(data.onward.creditor.account)) }
  return {}
}
