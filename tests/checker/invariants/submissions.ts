import { same, says } from '../canonical.ts'
import { isBy } from '../ledger/actors.ts'
import { personOf } from '../ledger/records.ts'
import type { GivenCommand, SentAnswer } from '../observations.ts'
import type { CheckedFact } from '../state/step.ts'
import type { Report } from '../world.ts'

/** The facts that each command can become; with frozen money six of them are proposed first. */
const factsOf: Readonly<Record<string, readonly string[]>> = {
  AskInformation: ['InformationRequested'],
  Reject: ['RequestRejected'],
  ProposeVerification: ['VerificationProposed'],
  ApproveVerification: ['RequestVerified'],
  ProvideInformation: ['InformationProvided'],
  AcknowledgeOrder: ['OrderAcknowledged'],
  ReportFreeze: ['FreezeReported'],
  ReportNoFunds: ['NoFundsReported'],
  ReportNotFound: ['NotFoundReported'],
  ReportMovedOnward: ['MovedOnwardReported'],
  FollowOnward: ['OnwardFollowed'],
  DeclineOnward: ['OnwardDeclined'],
  ReportInterim: ['InterimReported'],
  CorrectAnswer: ['AnswerCorrected'],
  ConfirmFreeze: ['FreezeConfirmed'],
  ExtendFreeze: ['FreezeExtended'],
  InitiateReturn: ['ReturnInitiated'],
  ReportReturn: ['ReturnReported'],
  Withdraw: ['RequestWithdrawn'],
  Release: ['FreezeReleased'],
  CloseUnrecovered: ['ClosedUnrecovered'],
  Reopen: ['RequestReopened'],
  ShareRequest: ['RequestShared'],
  WithdrawShare: ['ShareWithdrawn'],
  OrderErasure: ['ErasureOrdered'],
  LodgeChallenge: ['ChallengeLodged'],
  DecideChallenge: ['ChallengeDecided'],
}

const commandOfAnswer: Readonly<Record<string, string>> = {
  acknowledged: 'AcknowledgeOrder',
  frozen: 'ReportFreeze',
  noFunds: 'ReportNoFunds',
  notFound: 'ReportNotFound',
  movedOnward: 'ReportMovedOnward',
  interim: 'ReportInterim',
  corrected: 'CorrectAnswer',
  question: 'AskInformation',
  returnInitiated: 'InitiateReturn',
  returned: 'ReportReturn',
}

/** A refusal by the ledger, which a repeat gets again. A refusal by an endpoint can become an acceptance later. */
const ofTheLedger = new Set(
  'WRONG_STATE SAME_PERSON AMOUNT_EXCEEDED CURRENCY_MISMATCH AMOUNT_UNREADABLE HOLD_TOO_LONG EXTENSION_NOT_ALLOWED NOT_FOLLOWED HISTORY_FULL'.split(
    ' ',
  ),
)

/** A submission at a desk or as an answer. */
export interface Submission {
  readonly by: string
  readonly requestId: string
  readonly command: string
  /** A string is an ISO 20022 message, whose content is not known here. */
  readonly data: unknown
  readonly orderId: string | undefined
  readonly answerId: string | undefined
  readonly what: string
  /** The engine's reply, where there was one. */
  readonly commandId: string | undefined
  readonly outcome: string | undefined
  readonly mayBeDone: boolean
  isUsed: boolean
}

interface Body {
  readonly commandId?: string
  readonly outcome?: string
  readonly code?: string
}

export function submissionOf(given: GivenCommand, report: Report): Submission {
  const { by, key, requestId, command, data, attempts } = given
  const bodies = attempts.flatMap(({ outcome, body }) => (outcome === 'accepted' ? [(body ?? {}) as Body] : []))
  const done = bodies.find(({ outcome }) => outcome !== 'pending')
  const refused = attempts.find(({ outcome, body }) => outcome === 'refused' && ofTheLedger.has((body as Body | undefined)?.code ?? ''))
  const what = `${command} of ${by} under key ${key}`
  if (done && refused) report('command-refused', requestId, `${what} was answered ${done.outcome} and ${(refused.body as Body).code}`)
  return {
    by: personOf(by),
    requestId,
    command,
    data: data ?? {},
    orderId: undefined,
    answerId: undefined,
    what,
    commandId: (done ?? bodies[0])?.commandId,
    outcome: done ? (done.outcome ?? 'done') : bodies[0]?.outcome,
    mayBeDone: !refused && attempts.some(({ outcome }) => outcome !== 'refused'),
    isUsed: false,
  }
}

export function submissionOfAnswer({ by, id, orderId, requestId, kind, details, attempts }: SentAnswer): Submission {
  const isText = typeof details === 'string'
  return {
    by: personOf(by),
    requestId,
    command: commandOfAnswer[kind] ?? kind,
    data: isText ? details : { ...(kind === 'acknowledged' ? { orderId } : {}), ...(details as object) },
    orderId,
    answerId: id,
    what: `answer ${id} of ${by}`,
    commandId: undefined,
    outcome: attempts.some(({ outcome }) => outcome === 'accepted') ? 'taken' : undefined,
    mayBeDone: attempts.some(({ outcome }) => outcome !== 'refused'),
    isUsed: false,
  }
}

/** Whether a fact matches a submission. */
export function isSubmitted({ kind, fact }: CheckedFact, { by, command, data, orderId }: Submission): boolean {
  if (!isBy(fact, by)) return false
  if (typeof data === 'string') return true
  if (fact.orderid !== undefined && orderId !== undefined && fact.orderid !== orderId) return false
  if (kind === 'ActionProposed') return fact.data.command === command && same(fact.data.data, data)
  // A command of a newer version becomes an unknown fact with the same data.
  return (factsOf[command]?.includes(kind) ?? true) && says(fact.data, data)
}
