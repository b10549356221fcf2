import type { Command, FactBody, FactKind, FreezeBasis, Refusal } from '@holdfast/schemas'
import type { RequestSnapshot } from './snapshot.ts'

/** How long a hold may last by the law of the freezing country (V20). */
export interface HoldPolicy {
  /** When a hold ends that was reported without an end. */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
}

export type Body = { [K in FactKind]: { readonly type: K; readonly data: FactBody<K> } }[FactKind]

/** The fact a command asks for, or why it can't be one. */
export function factOf(snapshot: RequestSnapshot, command: Command, holds: HoldPolicy): Body | Refusal {
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
      return { type: 'RequestVerified', data: { findings: [] } }
    case 'holdfast.command.v1.ProvideInformation':
      return { type: 'InformationProvided', data: command.data }
    case 'holdfast.command.v1.AcknowledgeOrder':
      return { type: 'OrderAcknowledged', data: command.data }
    case 'holdfast.command.v1.ReportFreeze':
      return freezeWithin(snapshot, command, holds)
    case 'holdfast.command.v1.ReportNoFunds':
      return { type: 'NoFundsReported', data: command.data }
    case 'holdfast.command.v1.ReportNotFound':
      return { type: 'NotFoundReported', data: command.data }
    case 'holdfast.command.v1.ConfirmFreeze':
      return { type: 'FreezeConfirmed', data: command.data }
    case 'holdfast.command.v1.InitiateReturn':
      return { type: 'ReturnInitiated', data: command.data }
    case 'holdfast.command.v1.ReportReturn':
      return { type: 'ReturnReported', data: command.data }
    case 'holdfast.command.v1.Withdraw':
      return { type: 'RequestWithdrawn', data: command.data }
    case 'holdfast.command.v1.DeadlinePassed':
      // A clock that ran ahead must not end a hold early.
      if (Date.parse(command.data.dueAt) > Date.parse(command.time))
        return { code: 'WRONG_STATE', message: 'this deadline has not passed yet' }
      return { type: 'HoldExpired', data: command.data }
    case 'holdfast.command.v1.OpenRequest':
      return { code: 'ALREADY_OPEN', message: 'a request with this id has been opened before' }
  }
}

/** V20: a hold ends after now and not later than the freezing country's law allows; without an end given it gets the country's. */
function freezeWithin(
  snapshot: RequestSnapshot,
  command: Extract<Command, { type: 'holdfast.command.v1.ReportFreeze' }>,
  holds: HoldPolicy,
): Body | Refusal {
  const { beneficiaryCountry } = snapshot.state.context
  const { basis, expiresAt } = command.data
  const from = new Date(command.time)
  if (expiresAt === undefined)
    return {
      type: 'FreezeReported',
      data: { ...command.data, expiresAt: holds.defaultExpiry(beneficiaryCountry, basis, from).toISOString() },
    }
  const latest = holds.latestExpiry(beneficiaryCountry, basis, from)
  const end = new Date(expiresAt)
  if (end <= from || end > latest)
    return {
      code: 'HOLD_TOO_LONG',
      message: `a hold on basis ${basis} in ${beneficiaryCountry} ends after now and by ${latest.toISOString()}`,
    }
  return { type: 'FreezeReported', data: { ...command.data, expiresAt } }
}
