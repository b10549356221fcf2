import { factEventSchema, unionByType } from '../cloud-event.ts'
import { erasedBlockSchema, storedBlockSchema } from '../sealed/sealed-block.ts'
import { signedSchema } from '../sealed/signed.ts'
import { withoutWords } from '../sealed/without-words.ts'
import type { CommandKind } from './commands.ts'
import { type FactKind, factBodies, factKinds, factType } from './facts.ts'
import { ledToSchema } from './led-to.ts'
import { placesOfWords } from './sealed-commands.ts'

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

const buildSealedSchema = (kind: FactKind, of: CommandKind, sealed: typeof storedBlockSchema | typeof erasedBlockSchema) =>
  factEventSchema(
    factType(kind),
    withoutWords(factBodies[kind].extend({ signed: signedSchema.optional() }), placesOfWords[of]).extend({
      ledTo: ledToSchema,
      sealed,
    }),
  )

/** A fact whose words are in a block, as it is stored. That of a proposal stands in the command that it quotes. */
export const sealedFacts = () => factsWith(storedBlockSchema)

/** The same as it is given once the keys of its request are destroyed. */
export const erasedFacts = () => factsWith(erasedBlockSchema)

const factsWith = (sealed: typeof storedBlockSchema | typeof erasedBlockSchema) =>
  unionByType(
    factKinds.flatMap(kind => {
      const of = commandOfFact[kind]
      return of ? [buildSealedSchema(kind, of, sealed)] : []
    }),
  )
