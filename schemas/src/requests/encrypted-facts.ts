import { factEventSchema, unionByType } from '../cloud-event.ts'
import { erasedDataSchema, storedDataSchema } from '../encrypted/encrypted-data.ts'
import { signedSchema } from '../encrypted/signed.ts'
import { withoutPersonalData } from '../encrypted/without-personal-data.ts'
import type { CommandKind } from './commands.ts'
import { personalDataPointers } from './encrypted-commands.ts'
import { type FactKind, factBodies, factKinds, factType } from './facts.ts'
import { resultingStateSchema } from './resulting-state.ts'

/** The command that a fact takes its personal data from. */
export const commandOfFact: Readonly<Partial<Record<FactKind, CommandKind>>> = {
  RequestOpened: 'OpenRequest',
  RequestVerified: 'ApproveVerification',
  VerificationProposed: 'ProposeVerification',
  InformationRequested: 'AskInformation',
  InformationProvided: 'ProvideInformation',
  RequestRejected: 'Reject',
  OrderAcknowledged: 'AcknowledgeOrder',
  FreezeReported: 'ReportFreeze',
  NoFundsReported: 'ReportNoFunds',
  NotFoundReported: 'ReportNotFound',
  MovedOnwardReported: 'ReportMovedOnward',
  OnwardFollowed: 'FollowOnward',
  OnwardDeclined: 'DeclineOnward',
  InterimReported: 'ReportInterim',
  AnswerCorrected: 'CorrectAnswer',
  FreezeConfirmed: 'ConfirmFreeze',
  FreezeExtended: 'ExtendFreeze',
  ReturnInitiated: 'InitiateReturn',
  ReturnReported: 'ReportReturn',
  RequestWithdrawn: 'Withdraw',
  FreezeReleased: 'Release',
  ClosedUnrecovered: 'CloseUnrecovered',
  RequestReopened: 'Reopen',
  RequestShared: 'ShareRequest',
  ShareWithdrawn: 'WithdrawShare',
}

const buildEncryptedSchema = (kind: FactKind, of: CommandKind, encrypted: typeof storedDataSchema | typeof erasedDataSchema) =>
  factEventSchema(
    factType(kind),
    withoutPersonalData(factBodies[kind].extend({ signed: signedSchema.optional() }), personalDataPointers[of]).extend({
      resultingState: resultingStateSchema,
      encrypted,
    }),
  )

/** Facts with encrypted personal data, as they are stored. A proposal has it in the quoted command. */
export const encryptedFacts = () => factsWith(storedDataSchema)

/** Facts as a reader receives them after the keys were destroyed. */
export const erasedFacts = () => factsWith(erasedDataSchema)

const factsWith = (encrypted: typeof storedDataSchema | typeof erasedDataSchema) =>
  unionByType(
    factKinds.flatMap(kind => {
      const of = commandOfFact[kind]
      return of ? [buildEncryptedSchema(kind, of, encrypted)] : []
    }),
  )
