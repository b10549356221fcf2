import type { Result } from '@holdfast/schemas'
import {
  commandEventSchema,
  destinationIdOf,
  deterministicId,
  type Encryptable,
  type Problem,
  parseStored,
  signaturePointers,
  storedDataSchema,
  unionByType,
  unsignedDigestName,
  withoutPersonalData,
} from '@holdfast/schemas'
import { accountNumberOf, type FreezeRequest, type OnwardPayment } from '../requests/freeze-request.ts'
import { paymentKeyOf } from '../requests/payment-key.ts'
import { type Command, commandSchema, commandType, isSignable, storedBodyOf } from './commands.ts'
import { type CommandKind, commandDefinitionOf, commandKinds } from './registry.ts'

/**
 * JSON pointers of what is encrypted in the data of each command: personal data, free text, and the sender's signature.
 * `free-texts.test.ts` finds a free text that a command does not name, and lists the exceptions.
 */
export const personalDataPointers = Object.fromEntries(
  commandKinds.map(kind => {
    const personalData = commandDefinitionOf(kind)?.personalData ?? []
    return [kind, isSignable(kind) ? [...personalData, ...signaturePointers] : personalData]
  }),
) as Readonly<Record<CommandKind, readonly string[]>>

const buildEncryptedSchema = (kind: CommandKind) =>
  commandEventSchema(
    commandType(kind),
    withoutPersonalData(storedBodyOf(kind), personalDataPointers[kind]).extend({ encrypted: storedDataSchema }),
  )

const buildEncryptedCommands = () =>
  unionByType(commandKinds.filter(kind => personalDataPointers[kind].length > 0).map(buildEncryptedSchema))

let encryptedCommandSchema: ReturnType<typeof buildEncryptedCommands> | undefined
/** The schema of encrypted commands. Built on first use, so that a service starts without it. */
export function encryptedCommands() {
  encryptedCommandSchema ??= buildEncryptedCommands()
  return encryptedCommandSchema
}

/** Parses a command of `freeze.commands`, plaintext or encrypted. */
export function parseStoredCommand(value: unknown): Result<Command, Problem[]> {
  const { data } = (value ?? {}) as { data?: unknown }
  const isEncrypted = typeof data === 'object' && data !== null && 'encrypted' in data
  return parseStored(isEncrypted ? encryptedCommands() : commandSchema, value) as Result<Command, Problem[]>
}

/**
 * Names of blind indexes: the destination account (V26), the payment (V12), the legal basis (V26), and the unsigned
 * command and data (V17).
 */
export const blindIndexNames = {
  destination: 'destination',
  payment: 'payment',
  legalBasis: 'legalBasis',
  unsignedDigest: unsignedDigestName,
} as const

const destinationOfIndex = (mark: string): string => deterministicId('place', mark)

const indexedDestination = ({ encrypted }: Encryptable): string | undefined => {
  const mark = encrypted?.blindIndexes?.[blindIndexNames.destination]
  return mark === undefined ? undefined : destinationOfIndex(mark)
}

/**
 * The destination id of the account in a document (V26), from the blind index if the document is encrypted. Throws if
 * it was erased and has no index.
 */
export const destinationIn = (request: FreezeRequest, data: Encryptable): string =>
  indexedDestination(data) ?? destinationIdOf(request.beneficiaryCountry, accountNumberOf(request.payment.creditor.account))

/** The destination id that a report of money moved onward names; undefined if it names none. */
export const onwardDestinationIn = (
  data: Encryptable & { readonly country: string; readonly onward?: OnwardPayment | undefined },
): string | undefined =>
  data.onward && (indexedDestination(data) ?? destinationIdOf(data.country, accountNumberOf(data.onward.creditor.account)))

/** The blind index of the payment, if the document is encrypted. */
export const paymentIndexIn = ({ encrypted }: Encryptable): string | undefined => encrypted?.blindIndexes?.[blindIndexNames.payment]

/** The blind index of the legal basis, if it is encrypted. */
export const legalBasisIndexIn = ({ encrypted }: Encryptable): string | undefined => encrypted?.blindIndexes?.[blindIndexNames.legalBasis]

/**
 * The plaintext of each blind index, by name: `destinationIdOf` the account, `paymentKeyOf` the document, and its legal
 * basis.
 */
export function blindIndexInputsOf(data: {
  readonly request?: FreezeRequest | undefined
  readonly country?: string | undefined
  readonly onward?: OnwardPayment | undefined
}): Readonly<Record<string, string>> {
  const { request } = data
  if (request)
    return {
      [blindIndexNames.destination]: destinationIn(request, {}),
      [blindIndexNames.payment]: paymentKeyOf(request),
      [blindIndexNames.legalBasis]: request.offence.legalBasis,
    }
  if (data.onward && data.country)
    return { [blindIndexNames.destination]: destinationIdOf(data.country, accountNumberOf(data.onward.creditor.account)) }
  return {}
}
