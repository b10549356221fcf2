import { factEventSchema, unionByType } from '../cloud-event.ts'
import { erasedDataSchema, storedDataSchema } from '../encrypted/encrypted-data.ts'
import { signedSchema } from '../encrypted/signed.ts'
import { withoutPersonalData } from '../encrypted/without-personal-data.ts'
import type { CommandKind } from './commands.ts'
import { personalDataPointers } from './encrypted-commands.ts'
import { type FactKind, factBodies, factKinds, factType } from './facts.ts'
import { resultingStateSchema } from './resulting-state.ts'

/** Whose words a fact has: those of the command that it became. */
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

const buildSealedSchema = (kind: FactKind, of: CommandKind, sealed: typeof storedDataSchema | typeof erasedDataSchema) =>
  factEventSchema(
    factType(kind),
    withoutPersonalData(factBodies[kind].extend({ signed: signedSchema.optional() }), personalDataPointers[of]).extend({
      ledTo: resultingStateSchema,
      sealed,
    }),
  )

/** A fact whose words are in a block, as it is stored. That of a proposal stands in the command that it quotes. */
export const encryptedFacts = () => factsWith(storedDataSchema)

/** The same as it is given once the keys of its request are destroyed. */
export const erasedFacts = () => factsWith(erasedDataSchema)

const factsWith = (sealed: typeof storedDataSchema | typeof erasedDataSchema) =>
  unionByType(
    factKinds.flatMap(kind => {
      const of = commandOfFact[kind]
      return of ? [buildSealedSchema(kind, of, sealed)] : []
    }),
  )
