import type { Command, Policy, Refusal } from '@holdfast/schemas'
import { deadlinesArmedBy } from './arming.ts'
import { corrected } from './correction.ts'
import { destroyed } from './erasure.ts'
import { extendedWithin } from './extension.ts'
import type { Body } from './fact-body.ts'
import { decideFollowUp, declined, followed } from './onward.ts'
import { shared, shareWithdrawn } from './sharing.ts'
import type { RequestSnapshot } from './snapshot.ts'

type CommandOf<K extends string> = Extract<Command, { type: `holdfast.command.v1.${K}` }>

/** The fact that a command requests, with its deadlines, or the refusal. */
export function factOf(snapshot: RequestSnapshot, command: Command, policy: Policy): Body | Refusal {
  const fact = bodyOf(snapshot, command, policy)
  return 'code' in fact ? fact : deadlinesArmedBy(fact, snapshot, command.time, policy)
}

function bodyOf(snapshot: RequestSnapshot, command: Command, policy: Policy): Body | Refusal {
  switch (command.type) {
    case 'holdfast.command.v1.PassAssessment':
      return { type: 'RequestVerified', data: command.data }
    case 'holdfast.command.v1.SendToReview':
      return { type: 'ReviewRequested', data: command.data }
    case 'holdfast.command.v1.AskInformation':
      return { type: 'InformationRequested', data: command.data }
    case 'holdfast.command.v1.Reject':
      return { type: 'RequestRejected', data: command.data }
    case 'holdfast.command.v1.MarkDuplicate':
      return { type: 'DuplicateDetected', data: command.data }
    case 'holdfast.command.v1.ProposeVerification':
      return { type: 'VerificationProposed', data: command.data }
    case 'holdfast.command.v1.ApproveVerification':
      return approved(snapshot, command)
    case 'holdfast.command.v1.ProvideInformation':
      return { type: 'InformationProvided', data: command.data }
    case 'holdfast.command.v1.AcknowledgeOrder':
      return { type: 'OrderAcknowledged', data: command.data }
    case 'holdfast.command.v1.ReportFreeze':
      return freezeWithin(snapshot, command, policy)
    case 'holdfast.command.v1.ReportNoFunds':
      return { type: 'NoFundsReported', data: command.data }
    case 'holdfast.command.v1.ReportNotFound':
      return { type: 'NotFoundReported', data: command.data }
    case 'holdfast.command.v1.ReportMovedOnward':
      return { type: 'MovedOnwardReported', data: { ...command.data, ...decideFollowUp(snapshot, command, policy) } }
    case 'holdfast.command.v1.FollowOnward':
      return followed(snapshot, command, policy)
    case 'holdfast.command.v1.DeclineOnward':
      return declined(snapshot, command)
    case 'holdfast.command.v1.ReportInterim':
      return { type: 'InterimReported', data: command.data }
    case 'holdfast.command.v1.CorrectAnswer':
      return corrected(snapshot, command)
    case 'holdfast.command.v1.ConfirmFreeze':
      return confirmed(command)
    case 'holdfast.command.v1.ExtendFreeze':
      return extendedWithin(snapshot, command, policy)
    case 'holdfast.command.v1.InitiateReturn':
      return { type: 'ReturnInitiated', data: { ...command.data, proposedBy: unnamedProposer } }
    case 'holdfast.command.v1.ReportReturn':
      return { type: 'ReturnReported', data: command.data }
    case 'holdfast.command.v1.Withdraw':
      return { type: 'RequestWithdrawn', data: command.data }
    case 'holdfast.command.v1.Release':
      return { type: 'FreezeReleased', data: { ...command.data, proposedBy: unnamedProposer } }
    case 'holdfast.command.v1.CloseUnrecovered':
      return { type: 'ClosedUnrecovered', data: { ...command.data, proposedBy: unnamedProposer } }
    case 'holdfast.command.v1.Reopen':
      return { type: 'RequestReopened', data: command.data }
    case 'holdfast.command.v1.ShareRequest':
      return shared(snapshot, command, policy)
    case 'holdfast.command.v1.WithdrawShare':
      return shareWithdrawn(snapshot, command)
    case 'holdfast.command.v1.ReportUndelivered':
      return { type: 'OrderUndelivered', data: command.data }
    case 'holdfast.command.v1.OrderErasure':
      return { type: 'ErasureOrdered', data: { ...command.data, proposedBy: unnamedProposer } }
    case 'holdfast.command.v1.RecordDestruction':
      return destroyed(snapshot, command)
    case 'holdfast.command.v1.ConfirmDestruction':
      return { type: 'DestructionConfirmed', data: command.data }
    case 'holdfast.command.v1.DeadlinePassed':
      // A clock that is ahead must not end a hold early.
      if (Date.parse(command.data.dueAt) > Date.parse(command.time))
        return { code: 'WRONG_STATE', message: 'this deadline has not passed yet' }
      return { type: command.data.kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached', data: command.data }
    case 'holdfast.command.v1.OpenRequest':
      return { code: 'ALREADY_OPEN', message: 'a request with this id already exists' }
  }
}

/** Replaced by the proposer in a dual approval. The statechart accepts no fact that still has it. */
const unnamedProposer = ''

function approved({ state: { context } }: RequestSnapshot, { data }: CommandOf<'ApproveVerification'>): Body {
  return {
    type: 'RequestVerified',
    data: { findings: [], ...data, ...(context.review.proposedBy ? { proposedBy: context.review.proposedBy } : {}) },
  }
}

/**
 * V20: a hold ends after now, and not later than the law of the beneficiary country allows. Without an end it gets that
 * country's default.
 */
function freezeWithin(snapshot: RequestSnapshot, command: CommandOf<'ReportFreeze'>, policy: Policy): Body | Refusal {
  const { beneficiaryCountry } = snapshot.state.context
  const { basis, expiresAt } = command.data
  const from = new Date(command.time)
  if (expiresAt === undefined) {
    const end = policy.defaultExpiry(beneficiaryCountry, basis, from)
    return { type: 'FreezeReported', data: { ...command.data, expiresAt: end.toISOString() } }
  }
  const latest = policy.latestExpiry(beneficiaryCountry, basis, from)
  const end = new Date(expiresAt)
  if (end <= from || end > latest)
    return {
      code: 'HOLD_TOO_LONG',
      message: `a hold on basis ${basis} in ${beneficiaryCountry} must end after now and by ${latest.toISOString()}`,
    }
  return { type: 'FreezeReported', data: { ...command.data, expiresAt } }
}

/** V22: a confirmation may have an end of its own, which must be in the future. */
function confirmed(command: CommandOf<'ConfirmFreeze'>): Body | Refusal {
  const { expiresAt } = command.data
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(command.time))
    return { code: 'HOLD_TOO_LONG', message: 'a confirmed hold must end in the future' }
  return { type: 'FreezeConfirmed', data: { ...command.data, proposedBy: unnamedProposer } }
}
