import type { FactKind, Money, RequestView } from '@holdfast/schemas'
import { amountInWords } from '../money/amount.tsx'
import { stillFrozen } from '../money/money-parts.ts'
import type { Words } from '../words/index.ts'
import type { MemberCommand } from './act.ts'

/** What is on record once a command has been done. */
const factOf: Readonly<Record<MemberCommand, FactKind>> = {
  PassAssessment: 'RequestVerified',
  SendToReview: 'ReviewRequested',
  AskInformation: 'InformationRequested',
  Reject: 'RequestRejected',
  MarkDuplicate: 'DuplicateDetected',
  ProposeVerification: 'VerificationProposed',
  ApproveVerification: 'RequestVerified',
  ProvideInformation: 'InformationProvided',
  AcknowledgeOrder: 'OrderAcknowledged',
  ReportFreeze: 'FreezeReported',
  ReportNoFunds: 'NoFundsReported',
  ReportNotFound: 'NotFoundReported',
  ReportMovedOnward: 'MovedOnwardReported',
  FollowOnward: 'OnwardFollowed',
  DeclineOnward: 'OnwardDeclined',
  ReportInterim: 'InterimReported',
  CorrectAnswer: 'AnswerCorrected',
  ConfirmFreeze: 'FreezeConfirmed',
  ExtendFreeze: 'FreezeExtended',
  InitiateReturn: 'ReturnInitiated',
  ReportReturn: 'ReturnReported',
  Withdraw: 'RequestWithdrawn',
  Release: 'FreezeReleased',
  CloseUnrecovered: 'ClosedUnrecovered',
  Reopen: 'RequestReopened',
  ShareRequest: 'RequestShared',
  WithdrawShare: 'ShareWithdrawn',
  OrderErasure: 'ErasureOrdered',
}

/** The money that a command is about: what it says itself, what is held, or what a request that is verified asks for. Undefined where it is about none. */
export function amountOf(command: MemberCommand, data: unknown, amounts: RequestView['amounts']): Money | undefined {
  const said = (data as { readonly amount?: Money } | undefined)?.amount
  if (said) return said
  switch (command) {
    case 'ApproveVerification':
      return amounts.requested
    case 'ConfirmFreeze':
    case 'ExtendFreeze':
    case 'InitiateReturn':
    case 'Release':
    case 'CloseUnrecovered':
    case 'Withdraw':
      return stillFrozen(amounts)
    default:
      return undefined
  }
}

/** What was done, by the name of the fact that it became and with the money that it was about. */
export function doneText(command: MemberCommand, data: unknown, amounts: RequestView['amounts'], words: Words): string {
  const money = amountOf(command, data, amounts)
  const isSome = money && /[1-9]/.test(money.value)
  const what = [words.facts[factOf[command]], ...(isSome ? [amountInWords(money)] : [])]
  return words.request.doneAs(new Intl.ListFormat(words.tag, { type: 'unit' }).format(what))
}
