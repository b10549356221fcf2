import type { Refusal } from '@holdfast/schemas'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandKindOf,
  type DualApprovalCommand,
  type FactOfCommand,
  factsOfCommand,
  isDualApprovalCommand,
  type Policy,
} from '../language/index.ts'
import { deadlinesArmedBy } from './arming.ts'
import { contradictionOf } from './contradiction.ts'
import { corrected } from './correction.ts'
import { destroyed } from './erasure.ts'
import { extendedWithin } from './extension.ts'
import type { Body } from './fact-body.ts'
import { decideFollowUp, declined, followed } from './onward.ts'
import { shared, shareWithdrawn } from './sharing.ts'
import type { RequestSnapshot } from './snapshot.ts'

type CommandOf<K extends CommandKind> = Extract<Command, { type: `holdfast.command.v1.${K}` }>

/** The fact that a command requests, with its deadlines, or the refusal. */
export function factOf(snapshot: RequestSnapshot, command: Command, policy: Policy): Body | Refusal {
  const fact = bodyOf(snapshot, command, policy)
  if ('code' in fact) return fact
  const { beneficiaryCountry, document, holds } = snapshot.state.context
  return deadlinesArmedBy(fact, { beneficiaryCountry, executedAt: paidAt(fact) ?? document.executedAt, holds }, command.time, policy)
}

/** The time of the payment, if this fact has a new document. */
const paidAt = (fact: Body): string | undefined => (fact.type === 'RequestReopened' ? fact.data.request?.payment.executedAt : undefined)

function bodyOf(snapshot: RequestSnapshot, command: Command, policy: Policy): Body | Refusal {
  const kind = commandKindOf(command)
  const build = builders[kind] as Builder<CommandKind> | undefined
  if (build) return build(snapshot, command, policy)
  const [type] = factsOfCommand(kind)
  return { type, data: isDualApprovalCommand(kind) ? { ...command.data, proposedBy: unnamedProposer } : command.data } as Body
}

type Builder<K extends CommandKind> = (snapshot: RequestSnapshot, command: CommandOf<K>, policy: Policy) => Body | Refusal

/** The data of a command as the data of its fact. */
type AsFact<K extends CommandKind> = CommandBody<K> & (K extends DualApprovalCommand ? { readonly proposedBy: string } : unknown)
/** Commands whose data is not the data of one fact, so that the code does not compile without their builder. */
type NeedsBuilder = { [K in CommandKind]: AsFact<K> extends FactOfCommand<K> ? never : K }[CommandKind]

/** Any other command becomes its fact as it is. */
const builders: { readonly [K in NeedsBuilder]: Builder<K> } & { readonly [K in CommandKind]?: Builder<K> } = {
  OpenRequest: () => ({ code: 'ALREADY_OPEN', message: 'a request with this id already exists' }),
  ApproveVerification: approved,
  ReportFreeze: freezeWithin,
  ReportNotFound: (snapshot, command) => contradictionOf(snapshot, command) ?? { type: 'NotFoundReported', data: command.data },
  ReportMovedOnward: (snapshot, command, policy) => ({
    type: 'MovedOnwardReported',
    data: { ...command.data, ...decideFollowUp(snapshot, command, policy) },
  }),
  FollowOnward: followed,
  DeclineOnward: declined,
  CorrectAnswer: corrected,
  ConfirmFreeze: confirmed,
  DecideChallenge: challengeDecided,
  ExtendFreeze: extendedWithin,
  // Before money is frozen, one person withdraws, so the fact may have no proposer.
  Withdraw: (_snapshot, { data }) => ({ type: 'RequestWithdrawn', data }),
  ShareRequest: shared,
  WithdrawShare: shareWithdrawn,
  RecordDestruction: destroyed,
  DeadlinePassed: passed,
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
function confirmed(_snapshot: RequestSnapshot, command: CommandOf<'ConfirmFreeze'>): Body | Refusal {
  const { expiresAt } = command.data
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(command.time))
    return { code: 'HOLD_TOO_LONG', message: 'a confirmed hold must end in the future' }
  return { type: 'FreezeConfirmed', data: { ...command.data, proposedBy: unnamedProposer } }
}

/** A challenge that is upheld releases the money, with the reason that a release has. */
function challengeDecided(_snapshot: RequestSnapshot, { data }: CommandOf<'DecideChallenge'>): Body {
  const released = data.decision === 'FOR_HOLDER' ? { reason: 'CHALLENGE_UPHELD' as const } : {}
  return { type: 'ChallengeDecided', data: { ...data, ...released, proposedBy: unnamedProposer } }
}

/** A clock that is ahead must not end a hold early. */
function passed(_snapshot: RequestSnapshot, { data, time }: CommandOf<'DeadlinePassed'>): Body | Refusal {
  if (Date.parse(data.dueAt) > Date.parse(time)) return { code: 'WRONG_STATE', message: 'this deadline has not passed yet' }
  return { type: data.kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached', data }
}
